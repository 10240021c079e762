export { FieldReader } from './fieldReader';
export { Fields } from './fields';
export { Message, take } from './message';
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
  varintSize,
  putVarint,
  bytesFieldSize,
  putBytesHeader,
  putBytesField,
  copyBytes,
} from './wire';
