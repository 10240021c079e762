import { setDefaultResultOrder } from 'node:dns';
import { setDefaultAutoSelectFamily } from 'node:net';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { messageOf, OtelWasmError } from '../../abi';
import { BufferPool } from '../../guest';
import { type ErrorMessage, LineCredit, toErrorMessage } from '../../runner';
import { createOtlpHttpSink, type Sink } from '../../sink';
import { BurstLog } from '../burstLog';
import { LocalPipeline } from '../localPipeline';
import type { PipelineOutcome } from '../pipeline';
import { withoutWarnings, forwardDiagnostics } from './diagnostics';
import type {
  PipelineAnswer,
  PipelineRequest,
  PipelineOutcomeMessage,
  RecordedCall,
  Report,
  PipelineMessage,
  PipelineSetup,
} from './messages';
import { createThreadStages } from './threadStages';

/** The code of a pipeline's thread: the same pipeline that runs inline otherwise, and the messages around it. */
const host = parentPort as MessagePort;
let lines: LineCredit | undefined;
const post = (message: PipelineMessage): void => {
  if (message.kind === 'output') lines?.take(message.line);
  host.postMessage(message);
};

class PipelineServer {
  readonly #pipeline: LocalPipeline;
  readonly #buffers = new BufferPool();
  #calls: RecordedCall[] = [];
  #hasUnreported = false;

  constructor(setup: PipelineSetup) {
    const { signal, options, encoding } = setup.sink;
    const sink = withoutWarnings(() => createOtlpHttpSink(signal, options, encoding));
    forwardDiagnostics((level, parts) => post({ kind: 'diag', level, parts }));
    const log = new BurstLog(setup.name);
    const recordCall = (...call: RecordedCall): void => {
      if (setup.recordsCalls) this.#calls.push(call);
    };
    this.#pipeline = new LocalPipeline({
      ...setup,
      stages: createThreadStages(setup, log, recordCall, post),
      sink: this.#reporting(sink),
      log,
    });
  }

  async handle(message: Exclude<PipelineRequest, { kind: 'setup' }>): Promise<void> {
    switch (message.kind) {
      case 'batch': {
        const { id, buffer, length, items, indivisible, reportsDecision } = message;
        const onDecided = reportsDecision
          ? (left: number) => post({ kind: 'decided', id, items: left })
          : undefined;
        const batch = {
          ...this.#buffers.copy(new Uint8Array(buffer, 0, length)),
          items,
          indivisible,
          onDecided,
        };
        this.#answer({ id, outcome: toPipelineOutcomeMessage(await this.#pipeline.send(batch), items) });
        break;
      }
      case 'ready':
        return this.#answerWhenDone(message.id, this.#pipeline.ready());
      case 'flush':
        return this.#answerWhenDone(message.id, this.#pipeline.forceFlush());
      case 'shutdown':
        return this.#answerWhenDone(message.id, this.#pipeline.shutdown());
      case 'ping':
        post({ kind: 'pong' });
    }
  }

  async #answerWhenDone(id: number, work: Promise<void>): Promise<void> {
    try {
      await work;
      this.#answer({ id });
    } catch (error) {
      this.#answer({ id, error: toMessage(error) });
    }
  }

  #answer(answer: Pick<PipelineAnswer, 'id' | 'outcome' | 'error'>): void {
    post({ kind: 'answer', ...answer, report: this.#report() });
  }

  #report(): Report {
    const calls = this.#calls;
    this.#calls = [];
    this.#hasUnreported = false;
    const { state, stats } = this.#pipeline;
    return { state, stats, calls };
  }

  /** Reports results that are sent later, joined from several batches: no answer includes them. */
  #reporting(sink: Sink): Sink {
    return {
      ...sink,
      send: async batch => {
        const outcome = await sink.send(batch);
        this.#hasUnreported = true;
        // The answer, if there is one, is posted first.
        setImmediate(() => {
          if (this.#hasUnreported) post({ kind: 'counted', report: this.#report() });
        });
        return outcome;
      },
    };
  }
}

function toPipelineOutcomeMessage(outcome: PipelineOutcome, items: number): PipelineOutcomeMessage {
  if (outcome.status === 'sent') return { status: 'sent' };
  return { status: outcome.status, error: toErrorMessage(outcome.error), items: outcome.items ?? items };
}

function toMessage(error: unknown): ErrorMessage {
  if (error instanceof OtelWasmError) return toErrorMessage(error);
  return { code: 'EXPORT_FAILED', message: messageOf(error) };
}

let server: PipelineServer | undefined;
host.on('message', (message: PipelineRequest) => {
  if (message.kind !== 'setup') return void server?.handle(message);
  const { resultOrder, tryAll } = message.setup.network;
  setDefaultResultOrder(resultOrder);
  setDefaultAutoSelectFamily(tryAll);
  lines = new LineCredit(message.lines);
  server = new PipelineServer(message.setup);
});
