import type * as Logs from '@opentelemetry/sdk-logs';
import type * as Metrics from '@opentelemetry/sdk-metrics';
import type { NodeSDK, NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import type * as Trace from '@opentelemetry/sdk-trace';
import { createRequire, register } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OtelWasmError } from '../abi';

type Instrumentations = NonNullable<NodeSDKConfiguration['instrumentations']>;

/** From this package's place, then from the app's: the package may be linked or installed elsewhere. */
const REQUIRES: readonly NodeJS.Require[] = [
  createRequire(__filename),
  createRequire(join(process.cwd(), 'package.json')),
];

/** The app's copy of the SDK. */
export interface Sdk {
  readonly NodeSDK: typeof NodeSDK;
  /** Packages of the SDK, as NodeSDK itself finds them, when they are needed. */
  readonly trace: () => typeof Trace;
  readonly metrics: () => typeof Metrics;
  readonly logs: () => typeof Logs;
}

/** The app's SDK. Throws OtelWasmError `INVALID_OPTION` if `@opentelemetry/sdk-node` is not installed. */
export function loadSdk(): Sdk {
  const found = find('@opentelemetry/sdk-node');
  if (found === undefined) {
    throw new OtelWasmError(
      'INVALID_OPTION',
      'otelwasm/register needs the package @opentelemetry/sdk-node: npm install @opentelemetry/sdk-node',
    );
  }
  const beside = createRequire(found.path);
  return {
    NodeSDK: (found.require(found.path) as { NodeSDK: typeof NodeSDK }).NodeSDK,
    // SDK 3.x has sdk-trace, SDK 2.x has sdk-trace-base.
    trace: () => requireFirst(beside, '@opentelemetry/sdk-trace', '@opentelemetry/sdk-trace-base') as never,
    metrics: () => requireFirst(beside, '@opentelemetry/sdk-metrics') as never,
    logs: () => requireFirst(beside, '@opentelemetry/sdk-logs') as never,
  };
}

/** All instrumentations of @opentelemetry/auto-instrumentations-node if it is installed, for ES modules too. */
export function loadInstrumentations(): Instrumentations {
  const found = find('@opentelemetry/auto-instrumentations-node');
  if (found === undefined) return [];
  const { getNodeAutoInstrumentations } = found.require(found.path) as {
    getNodeAutoInstrumentations: () => Instrumentations;
  };
  hookModules(found.path);
  return getNodeAutoInstrumentations();
}

/** ES modules can be instrumented only through a loader hook, which @opentelemetry/instrumentation brings. */
function hookModules(instrumentationsPath: string): void {
  try {
    const hook = createRequire(instrumentationsPath).resolve('@opentelemetry/instrumentation/hook.mjs');
    register(pathToFileURL(hook));
  } catch {
    // Without the hook CommonJS modules are instrumented all the same.
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
      // Looked for in the next place.
    }
  }
  return undefined;
}
