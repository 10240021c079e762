import type { OtelWasmError, Role, Signal } from '../abi';
import { findGuest, type GuestSource, type InstanceOptions, loadGuest } from '../guest';
import {
  createRunner,
  type Runner,
  type RunningInstance,
  startInline,
  startProcess,
  startWorker,
  ThreadGuest,
} from '../runner';
import type { Sink } from '../sink';
import { BurstLog } from './burstLog';
import type { CoalescerOptions } from './coalescer';
import { guestLogger } from './guestLogger';
import { chainOf, distinctName, guestOptionsOf } from './chain';
import {
  type ConsumerOptions,
  type GuestOptions,
  type Guests,
  positive,
  type ResolvedGuestOptions,
  resolveGuestOptions,
  TIMER_MILLIS,
} from './options';
import { Pipeline } from './pipeline';
import { Stage } from './stage';
import { createSelfTelemetry, type SelfTelemetry } from './selfTelemetry';
import { type WatchedGuest, watchGuest } from './watch';

/**
 * Loads the guests, starts them and puts the sink behind them. Throws what is wrong with an option or a guest; guests
 * that were started by then are shut down again.
 */
export function createPipeline(
  role: Role,
  signal: Signal,
  guests: Guests,
  sink: Sink,
  options: ConsumerOptions,
  name: string,
  coalescing?: CoalescerOptions,
): Pipeline {
  const exportTimeoutMillis = positive(
    'exportTimeoutMillis',
    options.exportTimeoutMillis,
    30_000,
    TIMER_MILLIS,
  );
  const log = new BurstLog(name);
  const telemetry = createSelfTelemetry(options.meterProvider, name, signal);
  const stages: Stage[] = [];
  try {
    const chain = chainOf(guests);
    chain.forEach(({ guest, own }, index) => {
      // In a chain the last guest alone has the adapter's role; those before it hand on.
      const ownRole = index < chain.length - 1 ? 'processor' : role;
      stages.push(
        createStage(ownRole, signal, guest, { ...guestOptionsOf(options), ...own }, log, telemetry, stages),
      );
    });
  } catch (error) {
    for (const { runner } of stages) void runner.shutdown();
    throw error;
  }
  const pipeline = new Pipeline({ signal, stages, sink, exportTimeoutMillis, log, coalescing });
  telemetry.observe(
    () => pipeline.stats,
    () => pipeline.isClosed,
  );
  return pipeline;
}

function createStage(
  role: Role,
  signal: Signal,
  source: GuestSource,
  options: GuestOptions,
  log: BurstLog,
  { recordCall }: SelfTelemetry,
  before: readonly Stage[],
): Stage {
  const resolved = resolveGuestOptions(options);
  const { onError, checkOutput, maxPendingBytes } = resolved;
  const prepare = (): PreparedGuest => prepareGuest(source, role, signal, resolved);
  const watched = resolved.watch ? watchGuest(source) : undefined;
  const prepared = prepare();
  const guest = {
    ...prepared,
    name: distinctName(
      prepared.name,
      before.map(({ stats }) => stats.name),
    ),
  };
  const onShutdownError = (error: OtelWasmError): void => stage.failed(error);
  const runner = createGuestRunner({
    guest,
    role,
    signal,
    options: resolved,
    prepare,
    watched,
    onShutdownError,
  });
  const stage = new Stage(runner, {
    name: guest.name,
    signal,
    // An exporter has no next consumer to pass items through to: what it did not take is lost, and must be counted.
    onError: role === 'exporter' ? 'drop' : onError,
    checkOutput,
    maxPendingBytes,
    log,
    recordCall,
  });
  // Inline it has thrown.
  runner
    .ready()
    .catch((error: OtelWasmError) =>
      log.warn(error.code, `${guest.name}: ${error.message}`, `${guest.name} starts`),
    );
  return stage;
}

/** A guest that was found, and loaded where it runs on this thread: instances can be started of it. */
interface PreparedGuest {
  readonly name: string;
  readonly start: (options: InstanceOptions) => RunningInstance;
}

function prepareGuest(
  source: GuestSource,
  role: Role,
  signal: Signal,
  { isolation, maxMemoryBytes }: ResolvedGuestOptions,
): PreparedGuest {
  if (isolation === 'process') {
    const file = findGuest(source);
    return { name: file.name, start: options => startProcess(file, options) };
  }
  if (isolation === 'worker') {
    const guest = new ThreadGuest(source, role, signal, maxMemoryBytes);
    return { name: guest.name, start: options => startWorker(guest, options) };
  }
  const loaded = loadGuest(source, role, signal, maxMemoryBytes);
  return { name: loaded.name, start: options => startInline(loaded, options) };
}

function createGuestRunner({
  guest,
  role,
  signal,
  options,
  prepare,
  watched,
  onShutdownError,
}: {
  readonly guest: PreparedGuest;
  readonly role: Role;
  readonly signal: Signal;
  readonly options: ResolvedGuestOptions;
  readonly prepare: () => PreparedGuest;
  readonly watched: WatchedGuest | undefined;
  readonly onShutdownError: (error: OtelWasmError) => void;
}): Runner {
  const { recycleMemoryBytes, restart } = options;
  const instanceOptions: InstanceOptions = {
    ...options,
    role,
    signal,
    log: guestLogger(guest.name),
  };
  const runner = createRunner(() => guest.start(instanceOptions), {
    ...{ recycleMemoryBytes, restart },
    onShutdown: () => watched?.close(),
    onShutdownError,
  });
  watched?.onChange(guest.name, async () => {
    const changed = prepare();
    await runner.reload(() => changed.start(instanceOptions));
  });
  return runner;
}
