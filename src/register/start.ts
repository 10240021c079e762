import { getBooleanFromEnv } from '@opentelemetry/core';
import { settingsFromEnvironment } from '../config';
import { createAdapters } from './adapters';
import { loadInstrumentations, loadNodeSdk } from './peers';

/** A started SDK. */
export interface Started {
  /** Sends what is waiting and shuts everything down; the same promise each time. Never rejects. */
  readonly shutdown: () => Promise<void>;
}

/**
 * Starts NodeSDK with the guests that the environment names. Nothing is started when it names none, or when
 * `OTEL_SDK_DISABLED` is true. Throws OtelWasmError when a guest or a setting is wrong.
 */
export function start(): Started | undefined {
  const settings = settingsFromEnvironment();
  if (getBooleanFromEnv('OTEL_SDK_DISABLED') === true) return undefined;
  if (Object.keys(settings).length === 0) {
    process.stderr.write(
      'otelwasm/register: no guest is named (OTELWASM_TRACES_GUEST, ...): nothing is started\n',
    );
    return undefined;
  }
  const NodeSDK = loadNodeSdk();
  const sdk = new NodeSDK({ ...createAdapters(settings), instrumentations: loadInstrumentations() });
  sdk.start();
  let shutdown: Promise<void> | undefined;
  return {
    shutdown: () =>
      (shutdown ??= sdk.shutdown().catch((error: unknown) => {
        process.stderr.write(`otelwasm/register: the shutdown failed: ${String(error)}\n`);
      })),
  };
}
