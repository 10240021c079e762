export { MAX_FIELDS_OF_ITEM, MAX_MESSAGES_OF_ITEM, Reader, TooLargeToDecode, toInt64 } from './reader';
export { varintSize, Writer, SHORT_TEXT_LENGTH } from './writer';
export type { NativeBuffer } from './nativeBuffer';
