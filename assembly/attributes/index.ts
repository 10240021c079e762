export { Attributes } from './attributes';
export { KeyClassifier } from './keyClassifier';
export { Lookup } from './lookup';
export { Value, ValueKind } from './value';
