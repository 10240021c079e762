import type { OtelWasmError, Role, Signal } from '../abi';
import { type GuestSource, type InstanceOptions, type LoadedGuest, loadGuest } from '../guest';
import { createRunner, type Runner, startInline, startWorker } from '../runner';
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
  const load = (): LoadedGuest => loadGuest(source, role, signal, resolved.maxMemoryBytes);
  const watched = resolved.watch ? watchGuest(source) : undefined;
  const loaded = load();
  const guest = { ...loaded, name: distinctName(loaded.name, before) };
  const onShutdownError = (error: OtelWasmError): void => stage.failed(error);
  const runner = createGuestRunner(guest, role, signal, resolved, load, watched, onShutdownError);
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

function createGuestRunner(
  guest: LoadedGuest,
  role: Role,
  signal: Signal,
  options: ResolvedGuestOptions,
  load: () => LoadedGuest,
  watched: WatchedGuest | undefined,
  onShutdownError: (error: OtelWasmError) => void,
): Runner {
  const { isolation, recycleMemoryBytes, restart } = options;
  const start = isolation === 'worker' ? startWorker : startInline;
  const instanceOptions: InstanceOptions = {
    ...options,
    role,
    signal,
    log: guestLogger(guest.name),
  };
  const runner = createRunner(() => start(guest, instanceOptions), {
    ...{ recycleMemoryBytes, restart },
    onShutdown: () => watched?.close(),
    onShutdownError,
  });
  watched?.onChange(guest.name, async () => {
    const changed = load();
    await runner.reload(() => start(changed, instanceOptions));
  });
  return runner;
}

interface ChainEntry {
  readonly guest: GuestSource;
  readonly own: GuestOptions;
}

function chainOf(guests: Guests): readonly ChainEntry[] {
  const chain = Array.isArray(guests) ? (guests as readonly ChainedGuest[]) : [guests];
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
