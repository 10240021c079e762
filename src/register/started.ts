import { type Signal, SIGNALS } from '../abi';
import { getNumberFromEnv } from '../otel';
import { type ChainedGuest, hasOptions, withTimeout } from '../pipeline';
import { globalProvider } from './providers';
import { printLine } from './printLine';
import type { Unsent } from './unsent';

/** What runs with guests: an SDK of ours, or the guests in another. */
export interface Started {
  /**
   * Sends what is waiting and shuts everything down that is ours; the same promise each time. Never rejects. `late` when it was
   * given up, since it took longer than one export may, with the time that guests may take to start: a collector that is not
   * there must not hold a process that is to end.
   */
  readonly shutdown: () => Promise<'done' | 'late'>;
  /** Sends what is waiting, of all signals. Never rejects. */
  readonly flush: () => Promise<void>;
  /** What would be lost if the process ended now, in words; empty when there is nothing. */
  readonly unsent: () => readonly string[];
}

/** What was started, and what has to do with it. */
export interface Parts {
  /** The SDK that is ours. */
  readonly sdk?: { shutdown(): Promise<void> };
  /** Signals whose providers another SDK made: they are flushed at the end, and shut down by that SDK. */
  readonly foreign?: readonly Signal[];
  readonly guests: readonly ChainedGuest[];
  /** What waits of the items of a kind. */
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

/** NodeSDK itself has no such thing. */
async function flushProviders(signals: readonly Signal[]): Promise<void> {
  await Promise.allSettled(
    signals.map(async signal => {
      const provider = globalProvider(signal) as { forceFlush?: () => Promise<void> } | undefined;
      await provider?.forceFlush?.();
    }),
  );
}

/** What one export may take, by the SDK's default. Without a limit each waiting batch would, one after the other. */
const EXPORT_MILLIS = 10_000;

function shutdownLimitMillis(guests: readonly ChainedGuest[]): number {
  const exportMillis = getNumberFromEnv('OTEL_EXPORTER_OTLP_TIMEOUT') ?? EXPORT_MILLIS;
  return exportMillis + Math.max(0, ...guests.map(startMillis));
}

function startMillis(guest: ChainedGuest): number {
  if (!hasOptions(guest)) return 0;
  return guest.startTimeoutMillis ?? guest.guestTimeoutMillis ?? 0;
}
