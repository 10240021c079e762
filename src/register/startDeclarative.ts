import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { OtelWasmError, SIGNALS } from '../abi';
import type { DeclarativeFile } from '../config';
import {
  checkRegistered,
  globalProvider,
  keepProvider,
  putChainsBeforeExporters,
  registeredBefore,
} from './providers';
import { loadApis, loadInstrumentations, loadSdk } from './peers';
import { type Started, startedWith } from './started';
import type { Unsent } from './unsent';

const CONFIG_FILE = 'OTEL_CONFIG_FILE';

/**
 * Starts the SDK with a declarative configuration. The SDK gets the file without the guests, which are then inserted
 * before the exporters that it created. All of this is synchronous, so nothing is recorded before.
 * @throws OtelWasmError when a guest is invalid, `SDK_CONFLICT` when another SDK holds a provider, `INVALID_OPTION`
 * when the SDK does not start with the file
 */
export function startDeclarative(file: DeclarativeFile): Started | undefined {
  if (file.isDisabled) return undefined;
  const signals = SIGNALS.filter(signal => file.chains[signal] !== undefined);
  const foreign = signals.filter(signal => globalProvider(signal) !== undefined);
  if (foreign.length > 0) throw registeredBefore(foreign, WAY_OUT);

  const sdk = startWithFile(file.withoutGuests);
  const unsent: Record<string, Unsent> = {};
  for (const signal of signals) {
    const provider = globalProvider(signal);
    if (provider === undefined)
      throw new OtelWasmError(
        'INVALID_OPTION',
        `the SDK created no provider for ${signal} from ${process.env[CONFIG_FILE]}: set its log_level to error or lower to see why`,
      );
    Object.assign(unsent, putChainsBeforeExporters(signal, provider, file.chains[signal] ?? []));
  }
  const apis = loadApis();
  for (const signal of signals) {
    checkRegistered(signal);
    // The file names the exporters.
    keepProvider(signal, { processors: [], otlp: {} }, apis);
  }
  return startedWith({
    sdk,
    guests: Object.values(file.chains).flat(2),
    unsent,
    hasMetrics: signals.includes('metrics'),
  });
}

const WAY_OUT = `load otelwasm/register before it, or without it; guests of ${CONFIG_FILE} are not attached to another SDK`;

/**
 * The SDK reads configuration only from a file. This temporary file is readable only by its user, and removed after
 * the start.
 */
function startWithFile(content: string): { shutdown(): Promise<void> } {
  const { startNodeSDK } = loadSdk();
  const original = process.env[CONFIG_FILE] as string;
  const folder = temporaryFolder();
  try {
    const path = join(folder, basename(original));
    writeFileSync(path, content, { mode: 0o600 });
    process.env[CONFIG_FILE] = path;
    return startNodeSDK({ instrumentations: loadInstrumentations() });
  } finally {
    process.env[CONFIG_FILE] = original;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Containers with a read-only root file system have at least memory. */
function temporaryFolder(): string {
  const folders = [tmpdir(), '/dev/shm'];
  const made = firstOf(folders, folder => mkdtempSync(join(folder, 'otelwasm-')));
  if (made !== undefined) return made;
  throw new OtelWasmError(
    'INVALID_OPTION',
    `guests in ${CONFIG_FILE} need a temporary file, and ${folders.join(' and ')} cannot be written to: set TMPDIR to a writable folder`,
  );
}

function firstOf<T, R>(items: readonly T[], make: (item: T) => R): R | undefined {
  for (const item of items) {
    try {
      return make(item);
    } catch {
      // Try the next one.
    }
  }
  return undefined;
}
