import type { OtelWasmError, Role, Signal } from '../../abi';
import { GuestInstance, type GuestSource, loadGuest } from '../../guest';
import { createDirectRunner } from '../../runner';
import { BurstLog } from '../burstLog';
import { chainOf, distinctName, guestOptionsOf } from '../chain';
import { guestLogger } from '../guestLogger';
import {
  type ConsumerOptions,
  type Guests,
  invalid,
  type GuestOptions,
  resolveGuestOptions,
} from '../options';
import { createSelfTelemetry } from '../selfTelemetry';
import { watchGuest } from '../watch';
import { DirectGuests } from './directGuests';
import { DirectStage } from './directStage';

/** A call blocks the app's current work, so it gets less time than a batch. Starting happens once. */
export const DIRECT_DEFAULTS = { guestTimeoutMillis: 250, startTimeoutMillis: 1_000 };

/**
 * Loads and starts the guests on this thread. Throws for an invalid option or guest, and `INVALID_OPTION` for an
 * `isolation` other than `inline`; guests that were already started are shut down again.
 */
export function createDirectGuests({
  name,
  role,
  signal,
  guests,
  options,
}: {
  readonly name: string;
  readonly role: Role;
  readonly signal: Signal;
  readonly guests: Guests;
  readonly options: ConsumerOptions;
}): DirectGuests {
  const log = new BurstLog(name);
  const telemetry = createSelfTelemetry(options.meterProvider, name, signal);
  const stages: DirectStage[] = [];
  try {
    for (const { guest, own } of chainOf(guests)) {
      const all = { ...DIRECT_DEFAULTS, ...guestOptionsOf(options), ...own };
      const taken = stages.map(({ stats }) => stats.name);
      const recordCall = options.meterProvider === undefined ? undefined : telemetry.recordCall;
      stages.push(createDirectStage({ source: guest, role, signal, options: all, log, recordCall, taken }));
    }
  } catch (error) {
    for (const stage of stages) stage.shutdown();
    throw error;
  }
  const direct = new DirectGuests(stages, log);
  telemetry.observe(
    () => direct.stats,
    () => direct.isClosed,
  );
  return direct;
}

/** Loads and starts one guest. */
export function createDirectStage({
  source,
  role,
  signal,
  options,
  log,
  recordCall,
  taken,
}: {
  readonly source: GuestSource;
  readonly role: Role;
  readonly signal: Signal;
  readonly options: GuestOptions;
  readonly log: BurstLog;
  readonly recordCall: ReturnType<typeof createSelfTelemetry>['recordCall'] | undefined;
  readonly taken: readonly string[];
}): DirectStage {
  const resolved = resolveGuestOptions(options);
  if (resolved.isolation !== 'inline')
    throw invalid(
      'isolation',
      resolved.isolation,
      '"inline": the app needs the answer before it can continue',
    );
  const prepare = (): { name: string; drops: string | undefined; start: () => GuestInstance } => {
    const loaded = loadGuest(source, role, signal, resolved.maxMemoryBytes);
    const name = distinctName(loaded.name, taken);
    const instanceOptions = { ...resolved, role, signal, log: guestLogger(name) };
    const start = (): GuestInstance => {
      const instance = new GuestInstance(loaded, instanceOptions);
      instance.start();
      return instance;
    };
    return { name, drops: loaded.drops, start };
  };
  const watched = resolved.watch ? watchGuest(source) : undefined;
  const { name, drops, start } = prepare();
  const { restart, onError, checkOutput } = resolved;
  // A connector's memory contains its counts, so it is never recycled.
  const recycleMemoryBytes = role === 'connector' ? undefined : resolved.recycleMemoryBytes;
  const onShutdownError = (error: OtelWasmError): void => stage.failed(error);
  const runner = createDirectRunner(start, { restart, recycleMemoryBytes, onShutdownError });
  const stage = new DirectStage(runner, {
    ...{ name, signal, onError, checkOutput, log, recordCall },
    onShutdown: () => watched?.close(),
    drops: resolved.watch ? undefined : drops,
  });
  watched?.onChange(name, () => {
    runner.reload(prepare().start);
    return Promise.resolve();
  });
  return stage;
}
