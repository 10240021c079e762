export {
  type FieldDefinition,
  fieldsOf,
  isMessage,
  type MessageName,
  ONEOFS,
  type ScalarType,
} from './definitions';
export { HAS_IS_REMOTE, IS_REMOTE } from './flags';
export { type Field, type Message, MESSAGES, PAYLOADS } from './messages';
export { FIXED32, FIXED64, LENGTH, VARINT, WIRE_TYPES } from './wireTypes';
