import { getBooleanFromEnv, getNumberFromEnv } from '../otel';
import { settingsFromEnvironment, type SignalSettings } from '../config';
import { type ChainedGuest, withTimeout } from '../pipeline';
import { createAdapters } from './adapters';
import { loadInstrumentations, loadSdk } from './peers';

/** A started SDK. */
export interface Started {
  /**
   * Sends what is waiting and shuts everything down; the same promise each time. Never rejects. `late` when it was given up,
   * since it took longer than one export may, with the time that guests may take to start: a collector that is not
   * there must not hold a process that is to end.
   */
  readonly shutdown: () => Promise<'done' | 'late'>;
}

/**
 * Starts NodeSDK with the guests that the environment names. Nothing is started when it names none, or when
 * `OTEL_SDK_DISABLED` is true. Throws OtelWasmError when a guest or a setting is wrong.
 */
export function start(): Started | undefined {
  const settings = settingsFromEnvironment();
  if (getBooleanFromEnv('OTEL_SDK_DISABLED') === true) return undefined;
  if (Object.keys(settings).length === 0) {
    tell('no guest is named (OTELWASM_TRACES_GUEST, ...): nothing is started');
    return undefined;
  }
  const appSdk = loadSdk();
  const sdk = new appSdk.NodeSDK({
    ...createAdapters(settings, appSdk, tell),
    instrumentations: loadInstrumentations(),
  });
  sdk.start();
  const limitMillis = shutdownLimitMillis(Object.values(settings));
  let shutdown: Promise<'done' | 'late'> | undefined;
  return {
    shutdown: () => (shutdown ??= withTimeout(limitMillis, shutDown(sdk), late, { awaited: true })),
  };

  function late(): 'late' {
    tell(`the shutdown took longer than ${limitMillis} ms, and is given up: what was not sent is lost`);
    return 'late';
  }
}

async function shutDown(sdk: { shutdown(): Promise<void> }): Promise<'done'> {
  await sdk.shutdown().catch((error: unknown) => tell(`the shutdown failed: ${String(error)}`));
  return 'done';
}

/** What one export may take, by the SDK's default. Without a limit each waiting batch would, one after the other. */
const EXPORT_MILLIS = 10_000;

function shutdownLimitMillis(settings: readonly SignalSettings[]): number {
  const guests = settings.flatMap(({ processors, exporter }) => [
    ...processors,
    ...(exporter ? [exporter] : []),
  ]);
  const exportMillis = getNumberFromEnv('OTEL_EXPORTER_OTLP_TIMEOUT') ?? EXPORT_MILLIS;
  return exportMillis + Math.max(0, ...guests.map(startMillis));
}

function startMillis(guest: ChainedGuest): number {
  if (typeof guest !== 'object' || !('guest' in guest)) return 0;
  return guest.startTimeoutMillis ?? guest.guestTimeoutMillis ?? 0;
}

function tell(line: string): void {
  process.stderr.write(`otelwasm/register: ${line}\n`);
}
