import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import wabt from 'wabt';
import { type Signal, SIGNALS } from '../../src/abi/signal';
import { loadGuest } from '../../src/guest';
import { addFuel } from '../../src/sandbox/fuel/addFuel';
import { limitMemory, PAGE_BYTES } from '../../src/sandbox/memoryLimit';
import { readModule } from '../../src/wasm/module';
import { ModuleSections } from '../../src/wasm/sections';
import {
  checkStructure,
  concatBytes,
  countItems,
  decodeLogs,
  decodeMetrics,
  decodeTraces,
  splitInTwo,
} from '../../src/otlp';
import { sampleData } from '../../src/testing';
import { toBytes } from '../../src/testing/telemetry';
import { guestTargets } from './guestTargets';
import { codeOr, type Target } from './target';

const MAX_PAGES = 32;
const DECODERS = { traces: decodeTraces, metrics: decodeMetrics, logs: decodeLogs };

/** A module is refused with a code, or is as valid as before, and bounded. */
function checkModule(bytes: Uint8Array): void {
  const isValid = WebAssembly.validate(Uint8Array.from(bytes));
  const info = codeOr(() => readModule(bytes), ['GUEST_INVALID'])?.value;
  if (info !== undefined) {
    const sections = new ModuleSections(bytes);
    const isLimited = codeOr(() => limitMemory(sections, info, MAX_PAGES * PAGE_BYTES), ['MEMORY_LIMIT']);
    if (isLimited !== undefined && isValid) {
      const limited = sections.join();
      assert.ok(WebAssembly.validate(limited), 'the memory limit made it invalid');
      for (const { maximum } of readModule(limited).memories)
        assert.ok(maximum !== undefined && maximum <= MAX_PAGES);
      if (info.memories.length > 0 && codeOr(() => addFuel(sections, info), ['GUEST_INVALID']) !== undefined)
        assert.ok(WebAssembly.validate(sections.join()), 'the fuel made it invalid');
    }
  }
  codeOr(
    () => loadGuest(bytes, 'processor', 'traces', MAX_PAGES * PAGE_BYTES),
    ['GUEST_INVALID', 'ABI_MISMATCH', 'MEMORY_LIMIT'],
  );
}

/** Counter, checks, decoder and splitter agree about what is well-formed, and the splitter loses nothing. */
function checkMessage(signal: Signal, bytes: Uint8Array): void {
  const decode: (bytes: Uint8Array) => unknown = DECODERS[signal];
  const count = codeOr(() => countItems(signal, bytes), ['DECODE'])?.value;
  const envelopes = codeOr(() => checkStructure(signal, bytes), ['DECODE']);
  const items = codeOr(() => checkStructure(signal, bytes, 'items'), ['DECODE']);
  assert.equal(envelopes !== undefined, count !== undefined, 'the check and the counter disagree');
  if (items !== undefined) assert.ok(envelopes, 'the items are well-formed, but their envelopes are not');
  const decoded = codeOr(() => decode(bytes), ['DECODE']);
  if (decoded !== undefined) assert.ok(count !== undefined, 'it was decoded but cannot be counted');
  if (count === undefined) return;
  if (count < 2) {
    assert.throws(() => splitInTwo(signal, bytes), { code: 'INVALID_OPTION' });
    return;
  }
  const halves = splitInTwo(signal, bytes);
  assert.deepEqual(
    halves.map(half => countItems(signal, half)),
    [Math.ceil(count / 2), Math.floor(count / 2)],
  );
  assert.equal(countItems(signal, concatBytes(halves)), count);
  for (const half of halves) {
    assert.ok(half.length <= bytes.length + 32, 'a half is larger than the whole');
    if (items !== undefined) checkStructure(signal, half, 'items');
    if (decoded !== undefined) codeOr(() => decode(half), ['DECODE']);
  }
}

export async function targets(): Promise<Target[]> {
  return [
    ...guestTargets(),
    { name: 'module', corpus: await modules(), check: checkModule },
    ...SIGNALS.map(signal => ({
      name: signal,
      corpus: [1, 2, 7, 40].map(count => Uint8Array.from(toBytes(signal, sampleData(signal, count)))),
      check: (bytes: Uint8Array) => checkMessage(signal, bytes),
    })),
  ];
}

const FEATURES = { exceptions: true, threads: true, memory64: true, multi_memory: true, bulk_memory: true };

/** Every guest of the tests, and one with vectors, exceptions and bulk instructions. */
async function modules(): Promise<Uint8Array[]> {
  const assembler = await wabt();
  const folder = join(__dirname, '../guests');
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.wat'))
    .sort()
    .map(file => readFileSync(join(folder, file), 'utf8'));
  const many = readFileSync(join(__dirname, 'manyInstructions.wat'), 'utf8');
  // As often as all others together: there is more in it to get wrong.
  return [...texts, ...texts.map(() => many)].map(text =>
    Uint8Array.from(assembler.parseWat('fuzz.wat', text, FEATURES).toBinary({}).buffer),
  );
}
