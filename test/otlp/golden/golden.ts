import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Signal } from '../../../src/abi/signal';
import { writeWithProtobufjs } from '../protobufjs';

/** Fields of OTLP JSON that hold ids in hexadecimal; protobufjs takes base64. */
const IDS = ['traceId', 'spanId', 'parentSpanId'];

/** `<signal>.json` beside this file, OTLP JSON with every field of the signal's messages, as protobuf. */
export function golden(signal: Signal): Uint8Array {
  const json = readFileSync(join(__dirname, `${signal}.json`), 'utf8');
  const payload = JSON.parse(json, (key, value: unknown) =>
    IDS.includes(key) ? Buffer.from(String(value), 'hex').toString('base64') : value,
  ) as object;
  return writeWithProtobufjs(signal, payload);
}
