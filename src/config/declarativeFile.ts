import { dirname } from 'node:path';
import { type Signal, SIGNALS } from '../abi';
import type { ChainedGuest } from '../pipeline';
import { readDocument } from './document';
import { guestOf } from './guestEntry';
import { WASM_SCHEMA } from './schema';
import { type Fail, type Path, validated } from './validated';

/** The guests of a declarative configuration (`OTEL_CONFIG_FILE`), separated from the SDK's part. */
export interface DeclarativeFile {
  /** The file contains `disabled: true`: nothing is started. */
  readonly isDisabled: boolean;
  /** For each signal with guests: the chain before each of its exporters, in the order of the file. */
  readonly chains: Partial<Record<Signal, readonly (readonly ChainedGuest[])[]>>;
  /** The file without guests, for the SDK's parser, with variables replaced. */
  readonly withoutGuests: string;
}

interface WasmEntry {
  readonly guest: string;
  readonly exporter: object;
  readonly [option: string]: unknown;
}

type Entry = Readonly<Record<string, unknown>>;

/** The paths of a signal's processors or readers. */
const PLACES: Readonly<Record<Signal, readonly [provider: string, list: string]>> = {
  traces: ['tracer_provider', 'processors'],
  metrics: ['meter_provider', 'readers'],
  logs: ['logger_provider', 'processors'],
};

/**
 * Reads the guests of a declarative configuration. An exporter `wasm: { guest, plugin_config, ..., exporter }` is a
 * guest in front of another exporter; if that is `wasm` again, they form a chain. `wasm` can also be a processor of
 * spans or log records: then it includes the SDK's batch processor. Paths of guests are relative to the file, except
 * `otelwasm:<name>`.
 * @returns undefined if the file contains no guest
 * @throws OtelWasmError `INVALID_OPTION` that names file and line; also if one exporter of a signal has a guest and
 * another has none: data would leave both filtered and unfiltered
 */
export function readDeclarativeFile(
  path: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): DeclarativeFile | undefined {
  const { value: shared, fail } = readDocument(path, environment);
  if (!isEntry(shared)) return undefined;
  // A copy for each YAML alias, because the nodes are changed below.
  const value = JSON.parse(JSON.stringify(shared)) as Entry;
  const chains: { [signal in Signal]?: ChainedGuest[][] } = {};
  for (const signal of SIGNALS) {
    const [provider, list] = PLACES[signal];
    const parts = isEntry(value[provider]) ? value[provider][list] : undefined;
    if (!Array.isArray(parts)) continue;
    const ofParts = parts.map((part, index) =>
      takeGuests(part, { at: [provider, list, index], signal, fail, folder: dirname(path) }),
    );
    if (ofParts.every(guests => guests.length === 0)) continue;
    const without = ofParts.findIndex(guests => guests.length === 0);
    if (without >= 0)
      throw fail(
        [provider, list, without],
        `${provider}.${list}.${without} sends ${signal} unfiltered while other exporters have a guest: put a guest before every exporter of a signal, or before none`,
      );
    chains[signal] = ofParts;
  }
  refuseOthers(value, [], fail);
  if (Object.keys(chains).length === 0) return undefined;
  return { isDisabled: value.disabled === true, chains, withoutGuests: asYaml(value) };
}

interface Place {
  readonly at: Path;
  readonly signal: Signal;
  readonly fail: Fail;
  readonly folder: string;
}

/** Removes the guests from a processor or reader. It keeps the exporter behind them. */
function takeGuests(part: unknown, place: Place): ChainedGuest[] {
  if (!isEntry(part)) return [];
  const processor = part as Record<string, unknown>;
  if ('wasm' in processor && place.signal !== 'metrics') {
    const { guests, exporter } = unwrapped(processor, place);
    delete processor.wasm;
    processor.batch = { exporter };
    return guests;
  }
  for (const [kind, settings] of Object.entries(processor)) {
    if (!isEntry(settings) || !isEntry(settings.exporter) || !('wasm' in settings.exporter)) continue;
    const at = [...place.at, kind, 'exporter'];
    const { guests, exporter } = unwrapped(settings.exporter, { ...place, at });
    (settings as Record<string, unknown>).exporter = exporter;
    return guests;
  }
  return [];
}

/** The guests of `{ wasm: ... }`, and the exporter after the last of them. */
function unwrapped(
  entry: Entry,
  { at, signal, fail, folder }: Place,
): { guests: ChainedGuest[]; exporter: Entry } {
  const guests: ChainedGuest[] = [];
  let exporter = entry;
  let path = at;
  while ('wasm' in exporter) {
    if (Object.keys(exporter).length > 1)
      throw fail(path, `${path.join('.')} has ${Object.keys(exporter).join(', ')}: allowed is only wasm`);
    path = [...path, 'wasm'];
    const {
      guest,
      exporter: next,
      ...options
    } = validated<WasmEntry>(exporter.wasm, WASM_SCHEMA, fail, path);
    guests.push(guestOf({ path: guest, ...options }, folder));
    exporter = next as Entry;
    path = [...path, 'exporter'];
  }
  if (Object.keys(exporter).length !== 1)
    throw fail(
      path,
      `${path.join('.')} must have one exporter for ${signal}: otlp_http, otlp_grpc, console or wasm`,
    );
  return { guests, exporter };
}

/** Refuses a guest in a wrong place, or under a name like a Collector's: ignoring it would leave data unfiltered. */
function refuseOthers(value: unknown, at: Path, fail: Fail): void {
  if (value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) {
    const path = [...at, key];
    if (/^wasm(?:\/|$)/.test(key))
      throw fail(
        path,
        `${path.join('.')} cannot be a guest: allowed is wasm as an exporter, and as a processor of spans or log records`,
      );
    refuseOthers(inner, path, fail);
  }
}

/** JSON is valid YAML. The SDK's parser replaces variables in it again. */
function asYaml(value: object): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'string' ? inner.replaceAll('$', '$$$$') : inner,
  );
}

function isEntry(value: unknown): value is Entry {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
