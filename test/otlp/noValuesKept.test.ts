import assert from 'node:assert/strict';
import { buildSync } from 'esbuild';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** Encodes and decodes a batch with a secret in each kind of field, drops it, and looks for the secret in the heap. */
const PROGRAM = `
const { getHeapSnapshot } = require('node:v8');
const { BatchEncoder, decodeTraces, encodeTraces, leaseTraces } = require(process.argv[1]);
const secret = () => Buffer.from(process.argv[2], 'hex').toString();
const span = () => ({
  name: secret(), kind: 0, startTime: [1, 2], endTime: [3, 4], duration: [2, 2],
  spanContext: () => ({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }),
  status: { code: 0, message: secret() }, links: [], ended: true,
  resource: { attributes: { host: secret() } }, instrumentationScope: { name: 'scope', attributes: { a: secret() } },
  droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0,
  attributes: { email: secret(), list: [secret()], map: { inside: secret() } },
  events: [{ name: secret(), time: [1, 0], attributes: { email: secret() } }],
});
const encoder = BatchEncoder.forSpans();
for (let round = 0; round < 3; round++) {
  for (let part = 0; part < 3; part++) encoder.add(Array.from({ length: 40 }, span));
  encoder.finish().release();
  const bytes = encodeTraces(Array.from({ length: 40 }, span));
  leaseTraces(Array.from({ length: 40 }, span)).release();
  decodeTraces(bytes);
  try { decodeTraces(bytes.subarray(0, bytes.length - 3)); } catch {}
}
globalThis.gc();
const chunks = [];
getHeapSnapshot()
  .on('data', chunk => chunks.push(Buffer.from(chunk)))
  .on('end', () => console.log(Buffer.concat(chunks).includes(Buffer.from(process.argv[2], 'hex'))));
`;

describe('the codec', () => {
  it('keeps no value of a batch on the heap after encoding or decoding', async () => {
    // A file of its own: with a compiler in the process the heap would be large.
    const codec = join(ROOT, 'build/codec.cjs');
    const entryPoints = [join(ROOT, 'src/otlp/index.ts')];
    buildSync({
      entryPoints,
      outfile: codec,
      bundle: true,
      platform: 'node',
      external: ['@opentelemetry/api'],
    });
    // Hexadecimal in the program's own arguments.
    const secret = `jane.${process.pid}@example.com`;
    const hex = Buffer.from(secret).toString('hex');
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--expose-gc',
      '-e',
      PROGRAM,
      codec,
      hex,
    ]);
    assert.equal(stdout.trim(), 'false', 'the secret is on the heap');
  }).timeout(60_000);
});
