/** Checks that every guest of this project passes on every host, for guests in all languages. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Naming, Role, Signal } from '../../src/abi';
import { GuestInstance, type LoadedGuest, loadGuest } from '../../src/guest';
import { otlpFromJson, otlpToJson } from '../../src/otlp/json';
import { sampleData } from '../../src/testing';
import { StrictHost } from '../../src/conformance/strictHost';

export interface PortabilityCase {
  /** Name of the guest in tests. */
  readonly guest: string;
  /** The module for hosts of each profile; the guest does not support omitted profiles. */
  readonly modules: Partial<Record<Naming, string>>;
  readonly role: Role;
  readonly signals: readonly Signal[];
  /** A configuration that changes something of the sample data. */
  readonly pluginConfig: unknown;
  /** Configurations that the guest must reject. */
  readonly wrong?: readonly unknown[];
  /** The exporter writes each batch to stdout. */
  readonly printsBatches?: boolean;
}

/** Padding of a configuration in bytes, around the sizes at which buffers grow. */
const PADDING = [0, 6_000, 100_000];
const ALLOWED_MODULES = ['opentelemetry.io/wasm', 'wasi_snapshot_preview1'];
const BATCHES = 3;

/** Registers the tests of one guest. `available` says whether its modules are built. */
export function describePortability(
  { guest, modules, role, signals, pluginConfig, wrong = [], printsBatches = false }: PortabilityCase,
  beforeEach: (context: Mocha.Context) => void = () => {},
): void {
  for (const [profile, path] of Object.entries(modules) as [Naming, string][]) {
    describe(`${guest} on a ${profile} host`, function () {
      this.timeout(120_000);
      before(function () {
        beforeEach(this);
      });

      it('imports the six host functions and WASI, nothing else', () => {
        assert.deepEqual(unportableImports(path), []);
      });

      for (const signal of signals) {
        for (const start of [true, false]) {
          const how = `${signal}, ${start ? 'with' : 'without'} start()`;
          it(`${how}: does what it does here, whatever the size of its configuration`, () => {
            for (const padding of PADDING) {
              const json = padded(pluginConfig, padding);
              const here = onThisHost(path, role, signal, json);
              const there = onStrictHost(path, profile, { role, signal, json, start });
              assert.deepEqual(there, here, `${json.length} bytes of configuration`);
              if (role === 'processor') assert.notEqual(there[0], '', 'the batch is unchanged');
              if (printsBatches) assert.notEqual(there.at(-1), '', 'nothing was printed');
            }
          });

          for (const config of wrong) {
            it(`${how}: refuses every batch with ${JSON.stringify(config)}`, () =>
              refuses(path, profile, { role, signal, json: JSON.stringify(config), start }));
          }
        }
      }
    });
  }
}

/** The imports of the module that Collector hosts do not offer. */
export function unportableImports(path: string): string[] {
  return WebAssembly.Module.imports(compiled(path))
    .filter(({ module, name }) => !ALLOWED_MODULES.includes(module) || /^(otelwasm_)?log$/.test(name))
    .map(({ module, name }) => `${module} ${name}`);
}

interface Run {
  readonly role: Role;
  readonly signal: Signal;
  readonly json: string;
  readonly start: boolean;
}

function refuses(path: string, profile: Naming, { role, signal, json, start }: Run): void {
  const open = (): StrictHost =>
    new StrictHost(compiled(path), { profile, role, signal, pluginConfig: json, start });
  if (start) {
    assert.throws(open, /^Error: start\(\) failed: .+/);
    return;
  }
  const host = open();
  if (role === 'receiver') {
    const { emitted, reason } = host.receive(1);
    assert.deepEqual(emitted, []);
    assert.match(reason ?? '', /./);
  } else {
    const reasons = [1, 2].map(() => {
      const { status, reason, result } = host.consume(batch(signal));
      assert.notEqual(status, 0);
      assert.equal(result, undefined);
      return reason;
    });
    assert.match(reasons[0] ?? '', /./);
    assert.equal(reasons[1], reasons[0]);
  }
  host.close();
}

/** The results of a few batches and then the output, as comparable text. */
function onStrictHost(path: string, profile: Naming, { role, signal, json, start }: Run): string[] {
  const host = new StrictHost(compiled(path), { profile, role, signal, pluginConfig: json, start });
  if (role === 'receiver') {
    const { emitted, reason } = host.receive(BATCHES);
    assert.equal(reason, undefined);
    host.close();
    return emitted.map(bytes => withoutTimes(signal, bytes));
  }
  const results = Array.from({ length: BATCHES }, () => {
    const { status, reason, result } = host.consume(batch(signal));
    assert.equal(status, 0, reason);
    return digest(result);
  });
  return [...results, host.close().stdout];
}

function onThisHost(path: string, role: Role, signal: Signal, json: string): string[] {
  const maxMemoryBytes = 256 * 2 ** 20;
  const emitted: string[] = [];
  let stdout = '';
  const instance = new GuestInstance(loaded(path, role, signal, maxMemoryBytes), {
    role,
    signal,
    maxMemoryBytes,
    guestTimeoutMillis: 60_000,
    pluginConfigJson: json,
    log: () => {},
    output: { stdout: line => (stdout += `${line}\n`) },
    ...(role === 'receiver' && {
      emit: (_signal: Signal, bytes: Uint8Array) => emitted.push(withoutTimes(signal, bytes)),
      shutdownRequested: () => emitted.length >= BATCHES,
    }),
  });
  instance.start();
  if (role === 'receiver') {
    instance.runReceiver();
    return emitted;
  }
  const results = Array.from({ length: BATCHES }, () => {
    const outcome = instance.consume(batch(signal));
    if ('error' in outcome) throw outcome.error;
    return digest('bytes' in outcome ? outcome.bytes : undefined);
  });
  return [...results, stdout];
}

/** The configuration after white space, so that a host or a guest that truncates it gets nothing. */
function padded(pluginConfig: unknown, bytes: number): string {
  return ' '.repeat(bytes) + JSON.stringify(pluginConfig);
}

const batches = new Map<Signal, Uint8Array>();

function batch(signal: Signal): Uint8Array {
  const bytes = batches.get(signal) ?? otlpFromJson(signal, sampleData(signal, 40));
  batches.set(signal, bytes);
  return bytes;
}

/** A digest, short enough for a message. */
function digest(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return '';
  return `${bytes.length} bytes, SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A batch as JSON, without times, ids and measured values, which differ between runs. */
export function withoutTimes(signal: Signal, bytes: Uint8Array): string {
  return JSON.stringify(otlpToJson(signal, bytes), (key, value: unknown) =>
    /TimeUnixNano$|^timeUnixNano$|Id$|^asDouble$/.test(key) ? 0 : value,
  );
}

const guests = new Map<string, LoadedGuest>();

/** Guests of 30 MB take a second to load. */
function loaded(path: string, role: Role, signal: Signal, maxMemoryBytes: number): LoadedGuest {
  const key = `${path} ${signal}`;
  let guest = guests.get(key);
  if (guest === undefined) guests.set(key, (guest = loadGuest(path, role, signal, maxMemoryBytes)));
  return guest;
}

const modules = new Map<string, WebAssembly.Module>();

function compiled(path: string): WebAssembly.Module {
  let module = modules.get(path);
  if (module === undefined) {
    module = new WebAssembly.Module(readFileSync(path));
    modules.set(path, module);
  }
  return module;
}
