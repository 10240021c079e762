import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import wabt from 'wabt';
import { OtelWasmError, type OtelWasmErrorCode } from '../../src/abi/errors';
import { type Signal, SIGNALS } from '../../src/abi/signal';
import { GuestInstance, loadGuest } from '../../src/guest';
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

/** Something that takes bytes from strangers. */
export interface Target {
  readonly name: string;
  /** Good inputs, to start from. */
  readonly corpus: readonly Uint8Array[];
  /** Throws when a law is broken. */
  readonly check: (bytes: Uint8Array) => void;
}

const MAX_PAGES = 32;
const DECODERS = { traces: decodeTraces, metrics: decodeMetrics, logs: decodeLogs };

/** What `work` returns, or the code of the OtelWasmError that it throws. Anything else it throws goes through. */
function codeOr<T>(work: () => T, allowed: readonly OtelWasmErrorCode[]): { value: T } | undefined {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof OtelWasmError && allowed.includes(error.code)) return undefined;
    throw error;
  }
}

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
  if (items !== undefined) assert.ok(envelopes, 'items are well-formed, their envelopes are not');
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

/** Configurations with which guests look at as much as they can. */
const CONFIGS: Readonly<Record<string, { readonly signals: readonly Signal[]; readonly config: unknown }>> = {
  attributes: {
    signals: SIGNALS,
    config: {
      actions: [
        { key: 'a', value: 1, action: 'upsert' },
        { glob: 'http.*', action: 'hash' },
      ],
      on: ['resource', 'scope', 'span', 'dataPoint', 'logRecord'],
    },
  },
  filter: {
    signals: ['traces'],
    config: { drop: [{ name: { glob: '*a*' }, attributes: { 'http.route': '/' } }] },
  },
  'metrics-filter': { signals: ['metrics'], config: { drop: ['*a', { attributes: { 'http.route': '/' } }] } },
  redact: {
    signals: SIGNALS,
    config: { preset: 'genai', sql: ['*'], remove: ['http.*'], detectors: { phone: true, ip_address: true } },
  },
  sample: { signals: ['traces'], config: { probability: 0.5, slowMillis: 1 } },
  limit: {
    signals: ['traces', 'logs'],
    config: { perSecond: 1, by: ['http.route', 'body', 'name'], maxKeys: 10 },
  },
  dedupe: {
    signals: ['logs'],
    config: {
      intervalSeconds: 1e4,
      exclude: ['body.a', 'attributes.http.route', 'attributes.user.email', 'attributes.retry.count'],
    },
  },
  templates: {
    signals: ['traces', 'metrics'],
    config: { attributes: ['*'], sql: ['db.*'], maxResults: 100 },
  },
};

/** A guest that ships takes anything: it answers, or refuses, and does not trap. What it makes of what is well-formed is. */
function guestTarget(name: string, signal: Signal, config: unknown): Target {
  const maxMemoryBytes = 64 * 2 ** 20;
  const start = (): GuestInstance => {
    const instance = new GuestInstance(loadGuest(`otelwasm:${name}`, 'processor', signal, maxMemoryBytes), {
      ...{ role: 'processor', signal, maxMemoryBytes, guestTimeoutMillis: 5_000, log: () => undefined },
      pluginConfigJson: JSON.stringify(config),
    });
    instance.start();
    return instance;
  };
  let instance: GuestInstance | undefined;
  return {
    name: `${name}-${signal}`,
    corpus: [1, 7, 40].map(count => Uint8Array.from(toBytes(signal, sampleData(signal, count)))),
    check: bytes => {
      instance ??= start();
      const outcome = instance.consume(bytes);
      if (outcome.status === 'changed') {
        const isWell = codeOr(() => checkStructure(signal, bytes, 'items'), ['DECODE']) !== undefined;
        if (isWell) checkStructure(signal, outcome.bytes, 'items');
        outcome.release();
      } else if ('error' in outcome) assert.equal(outcome.error.code, 'GUEST_STATUS');
    },
  };
}

export async function targets(): Promise<Target[]> {
  return [
    ...Object.entries(CONFIGS).flatMap(([name, { signals, config }]) =>
      signals.map(signal => guestTarget(name, signal, config)),
    ),
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
