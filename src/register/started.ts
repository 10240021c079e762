import { type Signal, SIGNALS } from '../abi';
import { getNumberFromEnv } from '../otel';
import { type ChainedGuest, hasOptions, withTimeout } from '../pipeline';
import { globalProvider } from './providers';
import { printLine } from './printLine';
import type { Unsent } from './unsent';

/** What runs with guests: our own SDK, or the guests in another one. */
export interface Started {
  /**
   * Sends waiting items and shuts down everything that is ours. Returns the same promise each time. Never rejects.
   * Resolves with `late` after the time limit of one export plus the time that guests may take to start: an
   * unreachable collector must not hold a process that should end.
   */
  readonly shutdown: () => Promise<'done' | 'late'>;
  /** Sends waiting items of all signals. Never rejects. */
  readonly flush: () => Promise<void>;
  /** What would be lost if the process ended now, in words; empty when nothing would be. */
  readonly unsent: () => readonly string[];
}

/** The started parts, and what their shutdown needs. */
export interface Parts {
  /** Our own SDK. */
  readonly sdk?: { shutdown(): Promise<void> };
  /** Signals whose providers another SDK created. They are flushed at the end, and shut down by that SDK. */
  readonly foreign?: readonly Signal[];
  readonly guests: readonly ChainedGuest[];
  /** The counts of waiting items, by their name. */
  readonly unsent: Readonly<Record<string, Unsent>>;
  /** Whether metrics go through guests. */
  readonly hasMetrics: boolean;
}

export function startedWith({ sdk, foreign = [], guests, unsent, hasMetrics }: Parts): Started {
  const limitMillis = shutdownLimitMillis(guests);
  let shutdown: Promise<'done' | 'late'> | undefined;
  return {
    shutdown: () => (shutdown ??= withTimeout(limitMillis, shutDown(), late, { awaited: true })),
    flush: () => flushProviders(SIGNALS),
    unsent: () => [
      ...Object.entries(unsent).flatMap(([items, count]) => (count() > 0 ? [`${count()} ${items}`] : [])),
      ...(hasMetrics && shutdown === undefined ? [METRICS_SINCE] : []),
    ],
  };

  async function shutDown(): Promise<'done'> {
    await Promise.all([
      flushProviders(foreign),
      sdk?.shutdown().catch((error: unknown) => printLine(`the shutdown failed: ${String(error)}`)),
    ]);
    return 'done';
  }

  function late(): 'late' {
    printLine(`the shutdown took longer than ${limitMillis} ms and was abandoned: unsent telemetry is lost`);
    return 'late';
  }
}

const METRICS_SINCE = 'the metrics since the last report';

/** NodeSDK itself has no such function. */
async function flushProviders(signals: readonly Signal[]): Promise<void> {
  await Promise.allSettled(
    signals.map(async signal => {
      const provider = globalProvider(signal) as { forceFlush?: () => Promise<void> } | undefined;
      await provider?.forceFlush?.();
    }),
  );
}

/** The SDK's default time limit of one export. Without a limit, each waiting batch could take that long in turn. */
const EXPORT_MILLIS = 10_000;

function shutdownLimitMillis(guests: readonly ChainedGuest[]): number {
  const exportMillis = getNumberFromEnv('OTEL_EXPORTER_OTLP_TIMEOUT') ?? EXPORT_MILLIS;
  return exportMillis + Math.max(0, ...guests.map(startMillis));
}

function startMillis(guest: ChainedGuest): number {
  if (!hasOptions(guest)) return 0;
  return guest.startTimeoutMillis ?? guest.guestTimeoutMillis ?? 0;
}
