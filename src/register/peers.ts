import type * as Logs from '@opentelemetry/sdk-logs';
import type * as Metrics from '@opentelemetry/sdk-metrics';
import type { NodeSDK, NodeSDKConfiguration, startNodeSDK } from '@opentelemetry/sdk-node';
import type * as Trace from '@opentelemetry/sdk-trace';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OtelWasmError } from '../abi';

type Instrumentations = NonNullable<NodeSDKConfiguration['instrumentations']>;
type Detectors = NonNullable<NodeSDKConfiguration['resourceDetectors']>;

const SDK = '@opentelemetry/sdk-node';
const INSTRUMENTATIONS = '@opentelemetry/auto-instrumentations-node';

/** Looks from this package first, then from the app, because the package may be linked or installed elsewhere. */
const REQUIRES: readonly NodeJS.Require[] = [
  createRequire(__filename),
  createRequire(join(process.cwd(), 'package.json')),
];

/** The app's copy of the SDK. */
export interface Sdk {
  readonly NodeSDK: typeof NodeSDK;
  /** Starts the SDK from `OTEL_CONFIG_FILE`. Throws `SDK_UNSUPPORTED` for an SDK without this function. */
  readonly startNodeSDK: typeof startNodeSDK;
  /** Packages of the SDK, resolved like in NodeSDK, when they are needed. */
  readonly trace: () => typeof Trace;
  readonly metrics: () => typeof Metrics;
  readonly logs: () => typeof Logs;
}

/**
 * The app's SDK.
 * @throws OtelWasmError `INVALID_OPTION` if `@opentelemetry/sdk-node` is not installed, `SDK_UNSUPPORTED` if it
 * belongs to SDK 1
 */
export function loadSdk(): Sdk {
  const found = find(SDK);
  if (found === undefined) {
    throw new OtelWasmError(
      'INVALID_OPTION',
      `otelwasm/register needs the package ${SDK}: npm install ${SDK}`,
    );
  }
  const { version } = packageOf(found.path);
  if (/^0\.([0-9]{1,2}|1[0-9]{2})\./.test(version)) {
    throw new OtelWasmError(
      'SDK_UNSUPPORTED',
      `${SDK} ${version} belongs to OpenTelemetry SDK 1: allowed are 0.200 or newer (SDK 2) and 0.300 or newer (SDK 3)`,
    );
  }
  const beside = createRequire(found.path);
  const sdk = found.require(found.path) as { NodeSDK: typeof NodeSDK; startNodeSDK?: typeof startNodeSDK };
  return {
    NodeSDK: sdk.NodeSDK,
    startNodeSDK: options => {
      if (sdk.startNodeSDK !== undefined) return sdk.startNodeSDK(options);
      throw new OtelWasmError(
        'SDK_UNSUPPORTED',
        `guests in OTEL_CONFIG_FILE need startNodeSDK, which ${SDK} ${version} does not have: update it`,
      );
    },
    // SDK 3.x has sdk-trace, SDK 2.x has sdk-trace-base.
    trace: () => requireFirst(beside, '@opentelemetry/sdk-trace', '@opentelemetry/sdk-trace-base') as never,
    metrics: () => requireFirst(beside, '@opentelemetry/sdk-metrics') as never,
    logs: () => requireFirst(beside, '@opentelemetry/sdk-logs') as never,
  };
}

/** All instrumentations of @opentelemetry/auto-instrumentations-node if it is installed, also for ES modules. */
export function loadInstrumentations(): Instrumentations {
  const found = find(INSTRUMENTATIONS);
  if (found === undefined) return [];
  const { getNodeAutoInstrumentations } = found.require(found.path) as {
    getNodeAutoInstrumentations: () => Instrumentations;
  };
  hookModules(found.path);
  return getNodeAutoInstrumentations();
}

/**
 * The resource detectors of that package, selected by `OTEL_NODE_RESOURCE_DETECTORS`; undefined if it is not
 * installed.
 */
export function loadResourceDetectors(): Detectors | undefined {
  const found = find(INSTRUMENTATIONS);
  if (found === undefined) return undefined;
  const { getResourceDetectors, getResourceDetectorsFromEnv = getResourceDetectors } = found.require(
    found.path,
  ) as Partial<Record<'getResourceDetectors' | 'getResourceDetectorsFromEnv', () => Detectors>>;
  return getResourceDetectorsFromEnv?.();
}

/**
 * The copies of the API that this package, NodeSDK and the app load. There is more than one when they are installed
 * separately, and since 1.10 one for `require` and one for `import`.
 */
export function loadApis(): readonly object[] {
  const sdk = find(SDK);
  const requires = sdk === undefined ? REQUIRES : [...REQUIRES, createRequire(sdk.path)];
  const apis = requires.flatMap(from =>
    ['@opentelemetry/api', '@opentelemetry/api-logs'].flatMap(name => {
      const api = attempt(() => from(name) as object);
      const imported = attempt(() => from(importedPath(from.resolve(name))) as object);
      return [api, imported].filter(copy => copy !== undefined);
    }),
  );
  return [...new Set(apis)];
}

/** The file that `import` loads from the package of a file. */
function importedPath(file: string): string {
  const { folder, exports } = packageOf(file);
  const target = exports?.['.']?.default;
  return join(folder, (typeof target === 'object' ? target.default : target) ?? '');
}

/** ES modules can be instrumented only through a loader hook, which @opentelemetry/instrumentation provides. */
function hookModules(instrumentationsPath: string): void {
  try {
    const hook = createRequire(instrumentationsPath).resolve('@opentelemetry/instrumentation/hook.mjs');
    register(pathToFileURL(hook));
  } catch {
    // Without the hook, CommonJS modules are still instrumented.
  }
}

function requireFirst(require: NodeJS.Require, ...names: readonly string[]): unknown {
  const [name, ...others] = names;
  if (others.length === 0) return require(name);
  try {
    return require(name);
  } catch {
    return requireFirst(require, ...others);
  }
}

function find(name: string): { require: NodeJS.Require; path: string } | undefined {
  for (const candidate of REQUIRES) {
    try {
      return { require: candidate, path: candidate.resolve(name) };
    } catch {
      // Continue with the next place.
    }
  }
  return undefined;
}

interface Package {
  readonly version: string;
  readonly exports?: Readonly<Record<string, { readonly default?: string | { readonly default?: string } }>>;
}

/** The package that a file belongs to. Its `exports` may hide its package.json. */
function packageOf(file: string): Package & { readonly folder: string } {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (!existsSync(path)) continue;
    const found = JSON.parse(readFileSync(path, 'utf8')) as Partial<Package>;
    if (found.version !== undefined) return { ...found, version: found.version, folder };
  }
  return { version: '', folder: dirname(file) };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
