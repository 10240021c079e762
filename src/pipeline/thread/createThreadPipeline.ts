import { getDefaultResultOrder } from 'node:dns';
import { getDefaultAutoSelectFamily } from 'node:net';
import { messageOf, OtelWasmError, type Role } from '../../abi';
import { findGuest, type GuestSource } from '../../guest';
import { assertNodeExecutable, processSource, SharedGuest, toErrorMessage } from '../../runner';
import type { BurstLog } from '../burstLog';
import { distinctName } from '../chain';
import type { ResolvedGuestOptions } from '../options';
import type { Pipeline } from '../pipeline';
import type { SelfTelemetry } from '../selfTelemetry';
import { sendingEnvironment } from './environment';
import type { GuestSetup, PipelineSetup } from './messages';
import { ThreadPipeline } from './threadPipeline';

export interface MovedPipeline extends Pick<
  PipelineSetup,
  'name' | 'signal' | 'exportTimeoutMillis' | 'coalescing' | 'sink'
> {
  readonly log: BurstLog;
  readonly recordCall?: SelfTelemetry['recordCall'];
  readonly chain: readonly {
    readonly source: GuestSource;
    readonly role: Role;
    readonly options: ResolvedGuestOptions;
  }[];
}

/** How long a thread may be silent beyond the time that its guests have: a loaded machine is not its fault. */
const EXTRA_SILENCE_MILLIS = 10_000;
/** Limit of the bytes that wait for the thread: this, or the sum of the guests' `maxPendingBytes` if larger. */
const MIN_PENDING_BYTES = 64 * 2 ** 20;

/**
 * Starts a thread with the guests and the next consumer. Throws for an invalid guest, or if threads are unavailable.
 */
export function createThreadPipeline({ chain, log, recordCall, ...parts }: MovedPipeline): Pipeline {
  const guests: (Omit<GuestSetup, 'module'> & { module: Promise<GuestSetup['module']> })[] = [];
  let dropsOfFirst: string | undefined;
  for (const { source, role, options } of chain) {
    const { output, ...data } = options;
    const { name, label, module, drops } = moduleOf(source, parts.signal, role, options);
    if (guests.length === 0) dropsOfFirst = drops;
    guests.push({
      ...{
        name: distinctName(
          name,
          guests.map(guest => guest.name),
        ),
        label,
        role,
        options: data,
        module,
      },
      output: (['stdout', 'stderr'] as const).filter(stream => output[stream] !== undefined),
    });
  }
  const setup = async (): Promise<PipelineSetup> => ({
    ...parts,
    guests: await Promise.all(guests.map(async guest => ({ ...guest, module: await guest.module }))),
    processProgram: chain.some(({ options }) => options.isolation === 'process')
      ? processSource()
      : undefined,
    recordsCalls: recordCall !== undefined,
    network: { resultOrder: getDefaultResultOrder(), tryAll: getDefaultAutoSelectFamily() },
  });
  const sum = (of: (options: ResolvedGuestOptions) => number): number =>
    chain.reduce((total, { options }) => total + of(options), 0);
  return new ThreadPipeline({
    ...{ signal: parts.signal, log, recordCall, setup: setup(), env: sendingEnvironment() },
    drops: dropsOfFirst,
    name: `otelwasm:${guests.map(({ name }) => name).join('+')}`,
    guestNames: guests.map(({ name }) => name),
    outputs: chain.map(({ options }) => options.output),
    maxPendingBytes: Math.max(
      MIN_PENDING_BYTES,
      sum(({ maxPendingBytes }) => maxPendingBytes),
    ),
    maxSilenceMillis: EXTRA_SILENCE_MILLIS + sum(one => one.startTimeoutMillis + one.guestTimeoutMillis),
  });
}

/** The module of one guest. For `process` only its bytes, read asynchronously: this process never compiles it. */
function moduleOf(
  source: GuestSource,
  signal: PipelineSetup['signal'],
  role: Role,
  { isolation, maxMemoryBytes }: ResolvedGuestOptions,
): { name: string; label: string; module: Promise<GuestSetup['module']>; drops?: string } {
  if (isolation === 'worker') {
    const { name, guest } = new SharedGuest(source, role, signal, maxMemoryBytes);
    return { name, label: name, module: Promise.resolve(guest), drops: guest.drops };
  }
  assertNodeExecutable();
  const { name, label, bytes, drops } = findGuest(source);
  const failed = (error: unknown): GuestSetup['module'] =>
    toErrorMessage(error instanceof OtelWasmError ? error : new OtelWasmError('INTERNAL', messageOf(error)));
  return { name, label, module: bytes().catch(failed), drops };
}
