import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import { messageOf, OtelWasmError, type Signal, SIGNALS } from '../abi';
import { isShipped } from '../guest';
import type { ChainedGuest, GuestOptions } from '../pipeline';
import type { OtlpHttpOptions } from '../sink';
import type { SignalSettings } from './adapterSettings';
import { CONFIG_SCHEMA } from './schema';
import { putVariables } from './variables';
import { parseYaml, type YamlDocument } from './yaml';

interface GuestEntry {
  readonly path: string;
  readonly [option: string]: unknown;
}

interface OtlpEntry {
  readonly endpoint?: string;
  readonly headers?: Record<string, string>;
  readonly compression?: 'gzip' | 'none';
  readonly timeout_millis?: number;
}

interface ConfigFile {
  readonly processors?: Readonly<Record<string, GuestEntry>>;
  readonly exporters?: Readonly<Record<string, GuestEntry | OtlpEntry | null>>;
  readonly service: {
    readonly pipelines: Partial<Record<Signal, { processors?: string[]; exporters?: string[] }>>;
  };
}

type Path = readonly (string | number)[];

/**
 * Reads a configuration file: YAML with guests as `wasm/...` entries under `processors` and `exporters`, and one pipeline
 * a signal under `service.pipelines`, as a Collector has them. Paths of guests are relative to the file,
 * but for `otelwasm:<name>`. Values may have
 * `${env:NAME}` in them.
 * @returns the signals that have a pipeline
 * @throws OtelWasmError `INVALID_OPTION` that names file and line
 */
export function readConfigFile(
  path: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Partial<Record<Signal, SignalSettings>> {
  let document: YamlDocument;
  try {
    document = parseYaml(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new OtelWasmError('INVALID_OPTION', `${path}: ${messageOf(cause)}`, { cause });
  }
  const failOn = (line: number, problem: string): OtelWasmError =>
    new OtelWasmError('INVALID_OPTION', `${path}:${line}: ${problem}`);
  const fail = (at: Path, problem: string): OtelWasmError => failOn(document.lineOf(at), problem);
  document.replaceTexts((text, line) => putVariables(text, environment, problem => failOn(line, problem)));
  const config = validated(document.toJS(failOn), fail);
  return Object.fromEntries(
    SIGNALS.filter(signal => config.service.pipelines[signal] != null).map(signal => [
      signal,
      settingsOf(config, signal, dirname(path), fail),
    ]),
  );
}

function validated(value: unknown, fail: (at: Path, problem: string) => OtelWasmError): ConfigFile {
  const validate = new Ajv({ allowUnionTypes: true }).compile<ConfigFile>(CONFIG_SCHEMA);
  if (validate(value)) return value;
  const [error] = validate.errors as ErrorObject[];
  const at = error.instancePath.split('/').slice(1).map(unescapePointer);
  const name = at.length === 0 ? 'the file' : at.join('.');
  const { additionalProperty, allowedValues } = error.params as {
    additionalProperty?: string;
    allowedValues?: string[];
  };
  if (additionalProperty !== undefined) {
    const allowed = allowedIn(error);
    throw fail([...at, additionalProperty], `${name} has no "${additionalProperty}": allowed are ${allowed}`);
  }
  const choice = allowedValues !== undefined ? ` (${allowedValues.join(', ')})` : '';
  throw fail(at, `${name} ${error.message}${choice}`);
}

function allowedIn({ parentSchema, schemaPath }: ErrorObject): string {
  const schema = parentSchema ?? schemaAt(schemaPath.split('/').slice(1, -1).map(unescapePointer));
  const { properties = {}, patternProperties = {} } = schema as Record<
    'properties' | 'patternProperties',
    object
  >;
  const names = Object.keys(patternProperties).map(pattern =>
    pattern.includes('wasm') ? 'wasm/<name>' : 'otlphttp',
  );
  return [...Object.keys(properties), ...names].join(', ');
}

function schemaAt(path: readonly string[]): unknown {
  return path.reduce<unknown>((schema, key) => (schema as Record<string, unknown>)[key], CONFIG_SCHEMA);
}

/** JSON pointers escape `~` and `/`, and in a schema's path they stand in a URI. */
function unescapePointer(part: string): string {
  return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
}

function settingsOf(
  { processors = {}, exporters = {}, service }: ConfigFile,
  signal: Signal,
  folder: string,
  fail: (at: Path, problem: string) => OtelWasmError,
): SignalSettings {
  const pipeline = service.pipelines[signal] ?? {};
  const find = <T>(kind: 'processors' | 'exporters', entries: Readonly<Record<string, T>>): T[] =>
    (pipeline[kind] ?? []).map((id, index) => {
      const at = ['service', 'pipelines', signal, kind, index];
      if (!Object.hasOwn(entries, id)) {
        const known = Object.keys(entries).join(', ') || 'none';
        throw fail(at, `"${id}" is not among the ${kind}: there are ${known}`);
      }
      return entries[id];
    });
  const guests = find('processors', processors).map(entry => guestOf(entry, folder));
  const [exporter] = find('exporters', exporters);
  const settings: SignalSettings =
    exporter != null && 'path' in exporter
      ? { processors: guests, exporter: guestOf(exporter, folder) }
      : { processors: guests, otlp: exporter === undefined ? undefined : otlpOf(exporter ?? {}, signal) };
  if (guests.length === 0 && settings.exporter === undefined) {
    throw fail(['service', 'pipelines', signal], `the pipeline for ${signal} has no guest`);
  }
  return settings;
}

function guestOf({ path, ...options }: GuestEntry, folder: string): ChainedGuest {
  const named = camelCased(options) as GuestOptions & { restart?: object };
  const restart = named.restart && { restart: camelCased(named.restart) };
  return { guest: isShipped(path) ? path : resolve(folder, path), ...named, ...restart };
}

function otlpOf(
  { endpoint, headers, compression, timeout_millis: timeoutMillis }: OtlpEntry,
  signal: Signal,
): OtlpHttpOptions {
  const all = {
    url: endpoint === undefined ? undefined : `${endpoint.replace(/\/$/, '')}/v1/${signal}`,
    headers,
    compression: compression,
    timeoutMillis,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function camelCased(options: object): object {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [camelCase(name), value as unknown]),
  );
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
