/** OTLP JSON ↔ OTLP protobuf, from one table of fields. For tools: apps never load it. */
export { otlpFromJson, signalsOfJson } from './fromJson';
export { type OtlpJson, otlpToJson } from './toJson';
export { parseJson, parseOtlpJson } from './parseJson';
