import {
  EXPORTS,
  HOST_FUNCTIONS,
  messageOf,
  type Naming,
  type Role,
  type Signal,
  SIGNALS,
  WASI_MODULE,
} from '../abi';
import { type ConsumeOutcome, GuestInstance, loadGuest, runWithVmTimeout } from '../guest';
import { otlpFromJson } from '../otlp/json';
import { sampleData } from '../testing';
import { StrictHost, type StrictOutcome } from './strictHost';

/** A kind of host, and what prevents the guest from running there; empty if nothing does. */
export interface HostVerdict {
  readonly host: string;
  readonly runs: boolean;
  readonly problems: readonly string[];
}

/** A guest to try on hosts without extensions (docs/abi.md, Other hosts). */
export interface PortabilityOptions {
  readonly path: string;
  readonly role: Role;
  readonly signal: Signal;
  readonly pluginConfig: unknown;
  readonly guestTimeoutMillis: number;
  readonly maxMemoryBytes: number;
  /** The guest's environment variables. */
  readonly wasi: { readonly env: Readonly<Record<string, string>> };
  /** Whether the guest conforms here. One that does not is inspected but not run. */
  readonly conforms: boolean;
}

const HOSTS: Readonly<Record<Naming, string>> = {
  v1: 'a Collector host with v1 names',
  '0.1.0': 'a Collector host with 0.1.0 names',
};
const MODULE = 'opentelemetry.io/wasm';
const ITEMS = 40;
/** These hosts return 0 while a guest's buffer is too small, and some guests mistake that for no configuration. */
const LARGE_CONFIG_BYTES = 100_000;

/**
 * Finds the known hosts that can run the guest. These hosts offer only the six functions, call `start()` only for
 * processors of traces, and use only the last of several results.
 */
export function portabilityOf(options: PortabilityOptions): HostVerdict[] {
  const { path, role, signal, maxMemoryBytes } = options;
  const { module } = loadGuest(path, role, signal, maxMemoryBytes, { fuel: false }) as {
    module: WebAssembly.Module;
  };
  return (Object.keys(HOSTS) as Naming[]).map(profile => {
    let problems = [...missing(module, profile, options)];
    if (problems.length === 0)
      problems = options.conforms
        ? [...tried(module, profile, options)]
        : ['not tried: the guest does not conform on this host'];
    return { host: HOSTS[profile], runs: problems.length === 0, problems };
  });
}

/** Names or exports that the host or the guest lacks. */
function* missing(
  module: WebAssembly.Module,
  profile: Naming,
  { role, signal }: PortabilityOptions,
): Generator<string> {
  const index = profile === 'v1' ? 0 : 1;
  const { setResult, getPluginConfig, setStatusReason, getShutdownRequested } = HOST_FUNCTIONS;
  const offered = [
    ...[getPluginConfig, setStatusReason, getShutdownRequested],
    ...SIGNALS.map(each => setResult[each]),
  ].map(({ names }) => names[index]);
  const imports = WebAssembly.Module.imports(module)
    .filter(({ module: from, name }) => from !== WASI_MODULE && !(from === MODULE && offered.includes(name)))
    .map(({ module: from, name }) => `${from} ${name}`);
  if (imports.length > 0) yield `it imports functions that this host lacks: ${imports.join(', ')}`;

  const { marker, alloc, start, shutdown, supportedTelemetry, consume, startReceiver } = EXPORTS;
  const has = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  const needed = [
    ...[marker, supportedTelemetry, start, shutdown],
    ...(role === 'receiver' ? [startReceiver[signal]] : [alloc, consume[signal]]),
  ].map(({ names }) => names[index]);
  const lacking = needed.filter(name => !has.has(name));
  if (lacking.length > 0) yield `it does not export functions that this host calls: ${lacking.join(', ')}`;
}

/** Differences in behaviour between that host and this one. */
function* tried(module: WebAssembly.Module, profile: Naming, options: PortabilityOptions): Generator<string> {
  const { role, signal, guestTimeoutMillis, wasi } = options;
  const json = JSON.stringify(options.pluginConfig ?? null);
  const batch = otlpFromJson(signal, sampleData(signal, ITEMS));
  const [here, again] = role === 'receiver' ? [] : [0, 1].map(() => consumedHere(options, json, batch));
  // An exporter's results are ignored, and a guest may return different bytes each time.
  const bytesCount =
    role === 'processor' &&
    here !== undefined &&
    again !== undefined &&
    sameBytes(bytesOf(here), bytesOf(again));
  for (const [pluginConfig, what] of [
    [json, ''],
    [' '.repeat(LARGE_CONFIG_BYTES) + json, `with a configuration of ${LARGE_CONFIG_BYTES} bytes `],
  ]) {
    let there: StrictOutcome | undefined;
    try {
      runWithVmTimeout(() => {
        const host = new StrictHost(module, { profile, role, signal, pluginConfig, ...wasi });
        if (role !== 'receiver') there = host.consume(batch);
        host.close();
      }, guestTimeoutMillis);
    } catch (error) {
      yield `${what}it fails: ${messageOf(error)}`;
      return;
    }
    const problem =
      there === undefined || here === undefined ? undefined : difference(there, here, bytesCount);
    if (problem !== undefined) {
      yield `${what}${problem}`;
      return;
    }
  }
}

function bytesOf(outcome: ConsumeOutcome): Uint8Array | undefined {
  return outcome.status === 'changed' ? outcome.bytes : undefined;
}

function consumedHere(
  options: PortabilityOptions,
  pluginConfigJson: string,
  batch: Uint8Array,
): ConsumeOutcome {
  const { path, role, signal, maxMemoryBytes, guestTimeoutMillis, wasi } = options;
  const instance = new GuestInstance(loadGuest(path, role, signal, maxMemoryBytes), {
    ...{ role, signal, maxMemoryBytes, guestTimeoutMillis, pluginConfigJson, wasi, log: () => undefined },
  });
  instance.start();
  return instance.consume(batch);
}

function difference(
  { status, reason, result, results }: StrictOutcome,
  here: ConsumeOutcome,
  bytesCount: boolean,
): string | undefined {
  if (results > 1) return `it sets ${results} results in one call, and only the last one counts`;
  const because = reason === undefined ? '' : ` (${reason})`;
  if ((status === 0) === 'error' in here)
    return `it returns status ${status}${because}, which differs from this host`;
  if (!bytesCount || sameBytes(result, bytesOf(here))) return undefined;
  return 'its result differs from that of this host';
}

/** No result means that the batch continues unchanged. A result without bytes means that it is dropped. */
function sameBytes(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one === undefined || other === undefined ? one === other : Buffer.compare(one, other) === 0;
}
