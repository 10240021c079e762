import type { NodeSDK, NodeSDKConfiguration } from '@opentelemetry/sdk-node';
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

/** The NodeSDK class. Throws OtelWasmError `INVALID_OPTION` if the optional peer is not installed. */
export function loadNodeSdk(): typeof NodeSDK {
  const found = find('@opentelemetry/sdk-node');
  if (found === undefined) {
    throw new OtelWasmError(
      'INVALID_OPTION',
      'otelwasm/register needs the package @opentelemetry/sdk-node: npm install @opentelemetry/sdk-node',
    );
  }
  return (found.require(found.path) as { NodeSDK: typeof NodeSDK }).NodeSDK;
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
