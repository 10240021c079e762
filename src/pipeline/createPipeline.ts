import type { OtelWasmError, Role, Signal } from '../abi';
import { findGuest, type GuestSource, type InstanceOptions, loadGuest } from '../guest';
import {
  createRunner,
  type Runner,
  type RunningInstance,
  startInline,
  startProcess,
  startWorker,
} from '../runner';
import type { Sink } from '../sink';
import { BurstLog } from './burstLog';
import type { CoalescerOptions } from './coalescer';
import { guestLogger } from './guestLogger';
import {
  type ChainedGuest,
  type ConsumerOptions,
  GUEST_OPTION_NAMES,
  type GuestOptions,
  type Guests,
  invalid,
  hasOptions,
  knownOptions,
  positive,
  type ResolvedGuestOptions,
  resolveGuestOptions,
  TIMER_MILLIS,
} from './options';
import { Pipeline } from './pipeline';
import { Stage } from './stage';
import { createTelemetry, type Telemetry } from './telemetry';
import { type WatchedGuest, watchGuest } from './watchGuest';

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
  const telemetry = createTelemetry(options.meterProvider, name, signal);
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
  { recordCall }: Telemetry,
  before: readonly Stage[],
): Stage {
  const resolved = resolveGuestOptions(options);
  const { onError, checkOutput, maxPendingBytes } = resolved;
  const prepare = (): PreparedGuest => prepareGuest(source, role, signal, resolved);
  const watched = resolved.watch ? watchGuest(source) : undefined;
  const prepared = prepare();
  const guest = { ...prepared, name: distinctName(prepared.name, before) };
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
    // Behind an exporter there is nobody to pass through to: what it did not take is lost, and must be counted.
    onError: role === 'exporter' ? 'drop' : onError,
    checkOutput,
    maxPendingBytes,
    log,
    recordCall,
  });
  return stage;
}

/** The name, with a number if a guest before has it: in logs and metrics the two must not become one. */
function distinctName(name: string, before: readonly Stage[]): string {
  const taken = before.map(({ stats }) => stats.name);
  let distinct = name;
  for (let number = 2; taken.includes(distinct); number++) distinct = `${name}#${number}`;
  return distinct;
}

/** A guest that was found, and loaded where it runs in this process: instances can be started of it. */
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
  const loaded = loadGuest(source, role, signal, maxMemoryBytes);
  const start = isolation === 'worker' ? startWorker : startInline;
  return { name: loaded.name, start: options => start(loaded, options) };
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

interface ChainEntry {
  readonly guest: GuestSource;
  readonly own: GuestOptions;
}

function chainOf(guests: Guests): readonly ChainEntry[] {
  const chain = Array.isArray(guests) ? (guests as readonly ChainedGuest[]) : [guests as ChainedGuest];
  if (chain.length === 0) throw invalid('guest', chain, 'a guest, or an array of at least one');
  return chain.map(entry => {
    if (!hasOptions(entry)) return { guest: entry, own: {} };
    const { guest, ...own } = entry;
    knownOptions(own, GUEST_OPTION_NAMES);
    return { guest, own: guestOptionsOf(own) };
  });
}

/** The options that are about a guest, without those that are set to undefined. */
function guestOptionsOf(options: GuestOptions): GuestOptions {
  return Object.fromEntries(
    GUEST_OPTION_NAMES.filter(name => options[name] !== undefined).map(name => [name, options[name]]),
  );
}
