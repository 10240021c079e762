import { OtelWasmError } from '../../src/abi/errors';
import { owned } from '../../src/abi/ownedBytes';
import type { Role, Signal } from '../../src/abi/signal';
import { GuestInstance, loadGuest } from '../../src/guest';
import { createPipeline, type OnError } from '../../src/pipeline';
import { recordingSink } from '../pipeline/piped';

/** What a host is asked to do (README.md). Bytes are base64. */
export interface Job {
  readonly guest: string;
  readonly role: Role;
  readonly signal: Signal;
  readonly config: unknown;
  readonly inputs: readonly string[];
  readonly emissions?: number;
  readonly timeoutMillis?: number;
  readonly maxMemoryBytes?: number;
  readonly onError?: OnError;
}

export interface Outcome {
  readonly status: string;
  readonly bytes?: string;
  readonly code?: string;
  readonly message?: string;
}

export interface Answer {
  readonly error?: { readonly code: string; readonly message: string };
  readonly outcomes: readonly Outcome[];
  readonly emitted: readonly string[];
  readonly logs: readonly string[];
  readonly stats?: Readonly<Record<string, unknown>>;
}

const toBytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Runs a job in this package's host, on this thread. */
export async function runInNode(job: Job): Promise<Answer> {
  const answer = { outcomes: [] as Outcome[], emitted: [] as string[], logs: [] as string[] };
  try {
    if (job.onError !== undefined) return { ...answer, ...(await runPipeline(job)) };
    const error = runInstance(job, answer);
    return error === undefined ? answer : { ...answer, error };
  } catch (error) {
    if (error instanceof OtelWasmError) return { ...answer, error };
    throw error;
  }
}

function runInstance(
  {
    guest,
    role,
    signal,
    config,
    inputs,
    emissions = 0,
    timeoutMillis = 10_000,
    maxMemoryBytes = 2 ** 28,
  }: Job,
  answer: { outcomes: Outcome[]; emitted: string[]; logs: string[] },
): OtelWasmError | undefined {
  const instance = new GuestInstance(loadGuest(guest, role, signal, maxMemoryBytes), {
    role,
    signal,
    maxMemoryBytes,
    pluginConfigJson: JSON.stringify(config),
    guestTimeoutMillis: timeoutMillis,
    log: (level, text) => answer.logs.push(`${level} ${text}`),
    shutdownRequested: () => answer.emitted.length >= emissions,
    ...(role === 'receiver' && {
      emit: (_: Signal, bytes: Uint8Array) => answer.emitted.push(toBase64(bytes)),
      // Woken at once: the flag is up by then.
      sleep: () => undefined,
    }),
  });
  instance.start();
  if (role === 'receiver') {
    instance.runReceiver();
    if (answer.emitted.length < emissions)
      return new OtelWasmError('GUEST_EXIT', 'the receiver returned before its shutdown was requested');
  }
  for (const input of inputs) {
    const outcome = instance.consume(toBytes(input));
    answer.outcomes.push({
      status: outcome.status,
      ...(outcome.status === 'changed' && { bytes: toBase64(outcome.bytes) }),
      ...('error' in outcome && { code: outcome.error.code, message: outcome.error.message }),
    });
  }
  return instance.shutdown();
}

/** Through the pipeline of the adapters, which deals with what the guest fails on. */
async function runPipeline({ guest, role, signal, config, inputs, timeoutMillis, onError }: Job) {
  const sink = recordingSink();
  const options = {
    pluginConfig: config,
    onError,
    startTimeoutMillis: 10_000,
    guestTimeoutMillis: timeoutMillis ?? 10_000,
  };
  const pipeline = createPipeline(role, signal, guest, sink, options, 'test');
  const outcomes: Outcome[] = [];
  for (const input of inputs) {
    const before = sink.sent.length;
    await pipeline.send(owned(toBytes(input)));
    outcomes.push({ status: 'changed', bytes: sink.sent.slice(before).map(toBase64).join('') });
  }
  const { itemsFailed, itemsDropped, itemsAdded, restarts } = pipeline.stats;
  await pipeline.shutdown();
  return { outcomes, stats: { failed: itemsFailed, dropped: itemsDropped, added: itemsAdded, restarts } };
}
