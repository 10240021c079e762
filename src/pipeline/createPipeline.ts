import type { Role, Signal } from '../abi';
import { findGuest, type GuestSource, loadGuest } from '../guest';
import { FrameMemory, processStarter, startInline, startWorker, SharedGuest } from '../runner';
import type { Sink } from '../sink';
import { BurstLog } from './burstLog';
import { chainOf, distinctName, guestOptionsOf } from './chain';
import type { CoalescerOptions } from './coalescer';
import { LocalPipeline } from './localPipeline';
import {
  type ConsumerOptions,
  type Guests,
  positiveOption,
  type ResolvedGuestOptions,
  resolveGuestOptions,
  TIMER_MILLIS,
} from './options';
import type { Pipeline } from './pipeline';
import { createSelfTelemetry, type SelfTelemetry } from './selfTelemetry';
import { createStage, type StartableGuest, type Stage } from './stages';
import { createThreadPipeline } from './thread';
import { watchGuest } from './watch';

/**
 * Loads the guests, starts them and connects them to the sink. Throws for an invalid option or guest; guests that
 * were already started are shut down again. If no guest runs inline and the sink can be created on another thread,
 * the whole pipeline runs there.
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
  const exportTimeoutMillis = positiveOption(
    'exportTimeoutMillis',
    options.exportTimeoutMillis,
    30_000,
    TIMER_MILLIS,
  );
  const log = new BurstLog(name);
  const telemetry = createSelfTelemetry(options.meterProvider, name, signal);
  const chain = chainOf(guests).map(({ guest, own }, index, all): GuestToStart => ({
    source: guest,
    // Only the last guest of a chain has the adapter's role. Earlier ones are processors.
    role: index < all.length - 1 ? 'processor' : role,
    options: resolveGuestOptions({ ...guestOptionsOf(options), ...own }),
  }));
  const { threadSetup } = sink;
  const pipeline =
    threadSetup !== undefined && chain.every(canMove)
      ? createThreadPipeline({
          ...{ signal, name, log, exportTimeoutMillis, coalescing, sink: threadSetup, chain },
          recordCall: options.meterProvider === undefined ? undefined : telemetry.recordCall,
        })
      : new LocalPipeline({
          ...{ signal, log, exportTimeoutMillis, coalescing, sink },
          ...createStages(chain, signal, log, telemetry),
        });
  telemetry.observe(
    () => pipeline.stats,
    () => pipeline.isClosed,
  );
  return pipeline;
}

/** One guest of a chain, with all defaults filled in. */
interface GuestToStart {
  readonly source: GuestSource;
  readonly role: Role;
  readonly options: ResolvedGuestOptions;
}

/** A watched file is checked on this thread. */
function canMove({ options }: GuestToStart): boolean {
  return options.isolation !== 'inline' && !options.watch;
}

function createStages(
  chain: readonly GuestToStart[],
  signal: Signal,
  log: BurstLog,
  { recordCall }: SelfTelemetry,
): { stages: readonly Stage[]; drops: string | undefined } {
  const stages: Stage[] = [];
  const memory = new FrameMemory();
  let drops: string | undefined;
  try {
    for (const entry of chain) {
      const { source, role, options } = entry;
      const watched = options.watch ? watchGuest(source) : undefined;
      const open = (): StartableGuest => startableGuest(entry, signal, memory);
      const startable = open();
      // A watched file may have other conditions by the time that a batch reaches its guest.
      if (stages.length === 0 && !options.watch) drops = startable.drops;
      const taken = stages.map(({ stats }) => stats.name);
      const guest = { ...startable, name: distinctName(startable.name, taken) };
      const watching = watched && { watched, open };
      stages.push(createStage({ guest, role, signal, options, log, recordCall, watching }));
    }
    return { stages, drops };
  } catch (error) {
    for (const { runner } of stages) void runner.shutdown();
    throw error;
  }
}

function startableGuest(
  { source, role, options }: GuestToStart,
  signal: Signal,
  memory: FrameMemory,
): StartableGuest {
  const { isolation, maxMemoryBytes } = options;
  if (isolation === 'process') {
    const file = findGuest(source);
    return { name: file.name, drops: file.drops, start: processStarter(file, memory) };
  }
  if (isolation === 'worker') {
    const guest = new SharedGuest(source, role, signal, maxMemoryBytes);
    const { drops } = guest.guest;
    return { name: guest.name, drops, start: instance => startWorker(guest, instance) };
  }
  const loaded = loadGuest(source, role, signal, maxMemoryBytes);
  return { name: loaded.name, drops: loaded.drops, start: instance => startInline(loaded, instance) };
}
