import { dirname } from 'node:path';
import { messageOf, type Signal, SIGNALS } from '../abi';
import type { ChainedGuest } from '../pipeline';
import type { OtlpHttpOptions } from '../sink';
import type { SignalSettings } from './signalSettings';
import { readDocument } from './document';
import { camelCased, type GuestEntry, guestOf } from './guestEntry';
import { CONFIG_SCHEMA } from './schema';
import { type Fail, validated } from './validated';

/** Options of OTLP/HTTP in snake_case, as the schema allows them, with a base URL. */
interface OtlpEntry {
  readonly endpoint?: string;
  readonly [option: string]: unknown;
}

interface ConfigFile {
  readonly processors?: Readonly<Record<string, GuestEntry>>;
  readonly exporters?: Readonly<Record<string, GuestEntry | OtlpEntry | null>>;
  readonly service: {
    readonly pipelines: Partial<Record<Signal, { processors?: string[]; exporters?: string[] }>>;
  };
}

const isGuest = (entry: GuestEntry | OtlpEntry): entry is GuestEntry => 'path' in entry || 'rules' in entry;

/**
 * Reads a configuration file: YAML with guests as `wasm/...` entries under `processors` and `exporters`, and one
 * pipeline per signal under `service.pipelines`, like in a Collector. Paths of guests are relative to the file,
 * except `otelwasm:<name>`. Values may contain `${env:NAME}`.
 * @returns the signals that have a pipeline
 * @throws OtelWasmError `INVALID_OPTION` that names file and line
 */
export function readConfigFile(
  path: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Partial<Record<Signal, SignalSettings>> {
  const { value, fail } = readDocument(path, environment);
  const config = validated<ConfigFile>(value, CONFIG_SCHEMA, fail);
  return Object.fromEntries(
    SIGNALS.filter(signal => config.service.pipelines[signal] != null).map(signal => [
      signal,
      settingsOf(config, signal, dirname(path), fail),
    ]),
  );
}

function settingsOf(
  { processors = {}, exporters = {}, service }: ConfigFile,
  signal: Signal,
  folder: string,
  fail: Fail,
): SignalSettings {
  const pipeline = service.pipelines[signal] ?? {};
  const find = <T>(kind: 'processors' | 'exporters', entries: Readonly<Record<string, T>>): T[] =>
    (pipeline[kind] ?? []).map((id, index) => {
      const at = ['service', 'pipelines', signal, kind, index];
      if (!Object.hasOwn(entries, id)) {
        const known = Object.keys(entries).join(', ') || 'none';
        throw fail(at, `"${id}" is not defined in ${kind}: defined are ${known}`);
      }
      return entries[id];
    });
  const checkedGuest = (kind: 'processors' | 'exporters', index: number, entry: GuestEntry): ChainedGuest => {
    try {
      return guestOf(entry, folder);
    } catch (error) {
      throw fail([kind, pipeline[kind]?.[index] ?? ''], messageOf(error));
    }
  };
  const guests = find('processors', processors).map((entry, index) =>
    checkedGuest('processors', index, entry),
  );
  const [exporter] = find('exporters', exporters);
  const settings: SignalSettings =
    exporter != null && isGuest(exporter)
      ? { processors: guests, exporter: checkedGuest('exporters', 0, exporter) }
      : { processors: guests, otlp: exporter === undefined ? undefined : otlpOf(exporter ?? {}, signal) };
  if (guests.length === 0 && settings.exporter === undefined) {
    throw fail(['service', 'pipelines', signal], `the pipeline for ${signal} has no guest`);
  }
  return settings;
}

function otlpOf({ endpoint, ...options }: OtlpEntry, signal: Signal): OtlpHttpOptions {
  const url = endpoint === undefined ? {} : { url: `${endpoint.replace(/\/$/, '')}/v1/${signal}` };
  return { ...url, ...camelCased(options) };
}
