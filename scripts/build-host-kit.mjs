// Makes the kit with which a host for guests can be tried (test/host-kit/README.md), in build/host-kit: the guests of
// test/guests as modules, those with the names of 0.1.0 in guests/0.1.0, and jobs.jsonl, a job and what to expect a line.
import { createRequire } from 'node:module';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import wabt from 'wabt';

const require = createRequire(import.meta.url);
require('./typescript.cjs');
const { NAMES_010 } = require('../src/abi/index.ts');

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const KIT = join(ROOT, 'build/host-kit');
const FEATURES = { exceptions: true, threads: true, memory64: true, multi_memory: true, bulk_memory: true };

/** Returns the jobs: each with `expect` for hosts of the whole ABI, and `strict` for those of a profile. */
export async function buildHostKit() {
  const assembler = await wabt();
  for (const path of readdirSync(join(ROOT, 'test/guests'), { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.wat')) continue;
    const wat = readFileSync(join(ROOT, 'test/guests', path), 'utf8');
    for (const [folder, text] of Object.entries({ guests: wat, 'guests/0.1.0': named010(wat) })) {
      const target = join(KIT, folder, path.replace(/wat$/, 'wasm'));
      mkdirSync(dirname(target), { recursive: true });
      const module = assembler.parseWat(path, text, FEATURES);
      writeFileSync(target, module.toBinary({}).buffer);
      module.destroy();
    }
  }
  const cases = JSON.parse(readFileSync(join(ROOT, 'test/host-kit/cases.json'), 'utf8'));
  const jobs = cases.map(toJob);
  writeFileSync(join(KIT, 'jobs.jsonl'), jobs.map(job => `${JSON.stringify(job)}\n`).join(''));
  return jobs;
}

/** The same guest with the names of ABI 0.1.0. */
function named010(wat) {
  return wat.replace(/"(\w+)"/g, (quoted, name) =>
    NAMES_010.has(name) ? `"${NAMES_010.get(name)}"` : quoted,
  );
}

function toJob({ name, guest, role = 'processor', signal = 'traces', config = null, inputs = [], ...rest }) {
  const { expect, profiles = ['full', 'v1', '0.1.0'], ...options } = rest;
  const { strict = {}, ...full } = expect;
  const expected = part => ({
    ...part,
    outcomes: (part.outcomes ?? []).map(outcome => toOutcome(signal, outcome)),
  });
  return {
    name,
    profiles,
    job: {
      guest: `${guest}.wasm`,
      role,
      signal,
      config,
      inputs: inputs.map(input => toBytes(signal, input)),
      ...options,
    },
    expect: expected(full),
    strict: expected({ ...full, ...strict }),
  };
}

function toOutcome(signal, { items, joined, ...outcome }) {
  if (items !== undefined) return { ...outcome, bytes: toBytes(signal, items) };
  if (joined === undefined) return outcome;
  const parts = joined.map(names => Buffer.from(toBytes(signal, names), 'base64'));
  return { ...outcome, bytes: Buffer.concat(parts).toString('base64') };
}

/** A list of names is one item a name, in one scope; none is nothing at all. */
function toBytes(signal, input) {
  if (!Array.isArray(input) && input.base64 !== undefined) return input.base64;
  const names = Array.isArray(input) ? input : new Array(input.items).fill('x'.repeat(input.length));
  if (names.length === 0) return '';
  const items = names.map(name => field(2, ITEM[signal](Buffer.from(name))));
  return field(1, field(2, Buffer.concat(items))).toString('base64');
}

/** Span.name 5; LogRecord.body 5, its string 1; Metric.name 1, its gauge 5, one data point 1. */
const ITEM = {
  traces: name => field(5, name),
  logs: name => field(5, field(1, name)),
  metrics: name => Buffer.concat([field(1, name), field(5, field(1, Buffer.alloc(0)))]),
};

function field(number, content) {
  const size = [];
  let left = content.length;
  for (; left > 0x7f; left >>>= 7) size.push((left & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...size, left]), content]);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const jobs = await buildHostKit();
  console.log(`${jobs.length} jobs in build/host-kit`);
}
