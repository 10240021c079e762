import type { Signal } from '../abi';

/** Text in a field that no version of OTLP defines. */
export const UNKNOWN_TEXT = 'otelwasm: unknown field';
const UNKNOWN_FIELD = 1_999;

const time = Buffer.from('0000d0b97a5e8018', 'hex');
const UNKNOWN = field(UNKNOWN_FIELD, Buffer.from(UNKNOWN_TEXT));

/** A payload with one item, which has a field that OTLP may define in the future. */
export function withUnknownField(signal: Signal): Uint8Array {
  return field(1, field(2, field(2, Buffer.concat([ITEMS[signal], UNKNOWN]))));
}

const ITEMS: Readonly<Record<Signal, Buffer>> = {
  // Span: trace_id 1, span_id 2, name 5, start 7, end 8.
  traces: Buffer.concat([
    field(1, Buffer.alloc(16, 0xab)),
    field(2, Buffer.alloc(8, 0xcd)),
    field(5, Buffer.from('GET /users')),
    fixed64(7),
    fixed64(8),
  ]),
  // Metric: name 1, gauge 5 with data points 1: time 3, as_int 6.
  metrics: Buffer.concat([
    field(1, Buffer.from('requests')),
    field(5, field(1, Buffer.concat([fixed64(3), fixed64(6)]))),
  ]),
  // LogRecord: time 1, body 5 with string_value 1, observed time 11.
  logs: Buffer.concat([fixed64(1), field(5, field(1, Buffer.from('hello'))), fixed64(11)]),
};

function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);
}

function fixed64(number: number): Buffer {
  return Buffer.concat([varint(number * 8 + 1), time]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return Buffer.from([...bytes, value]);
}
