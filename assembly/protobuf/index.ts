export { copyBytes } from '../memory';
export { FieldReader } from './fieldReader';
export { ALL, Fields } from './fields';
export { Message } from './message';
export { putVarints, readFixed64s, readVarints, setFixed64s, varintsSize } from './packed';
export {
  Wire,
  fieldNumber,
  fieldWire,
  fieldStart,
  fieldBody,
  fieldEnd,
  varint,
  varintEnd,
  readVarint,
  readField,
  skipField,
  shortFieldEnd,
  shortBodyEnd,
  shortBody,
  hasTag,
  isLongTag,
  mergedStart,
  mergedEnd,
  setMerged,
  mergeFields,
  take,
  varintSize,
  putVarint,
  bytesFieldSize,
  putBytesHeader,
  putBytesField,
} from './wire';
