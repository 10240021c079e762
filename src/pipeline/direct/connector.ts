import type { OtelWasmErrorCode } from '../../abi';
import type { GuestSource } from '../../guest';
import type { EncodedBatch } from '../../otlp';
import type { RunnerState } from '../../runner';
import { BurstLog } from '../burstLog';
import { guestOptionsOf } from '../chain';
import type { ConsumerOptions } from '../options';
import { createSelfTelemetry } from '../selfTelemetry';
import { type AdapterStats, Counts } from '../stats';
import { createDirectStage, DIRECT_DEFAULTS } from './createDirectGuests';
import type { DirectStage, StageOutcome } from './directStage';

/** Loads and starts a guest that derives metrics from spans. Throws for an invalid option or guest. */
export function createConnector(name: string, guest: GuestSource, options: ConsumerOptions): Connector {
  const log = new BurstLog(name);
  const telemetry = createSelfTelemetry(options.meterProvider, name, 'traces');
  const stage = createDirectStage({
    ...{ source: guest, role: 'connector', signal: 'traces', log, taken: [] },
    options: { ...DIRECT_DEFAULTS, ...guestOptionsOf(options) },
    recordCall: options.meterProvider === undefined ? undefined : telemetry.recordCall,
  });
  const connector = new Connector(stage, log);
  telemetry.observe(
    () => connector.stats,
    () => connector.isClosed,
  );
  return connector;
}

/**
 * A guest that consumes spans in batches and returns metrics on request. Its instance holds the counts in between.
 */
export class Connector {
  readonly #stage: DirectStage;
  readonly #log: BurstLog;
  readonly #failed = new Counts();
  #itemsIn = 0;
  #itemsOut = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  #isClosed = false;

  constructor(stage: DirectStage, log: BurstLog) {
    this.#stage = stage;
    this.#log = log;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get state(): RunnerState {
    return this.#stage.stats.state;
  }

  get stats(): AdapterStats {
    const guest = this.#stage.stats;
    const { calls, errors, restarts, memoryBytes } = guest;
    return {
      ...{ itemsIn: this.#itemsIn, itemsOut: this.#itemsOut, itemsDropped: 0, itemsAdded: 0 },
      itemsFailed: this.#failed.snapshot,
      ...{ bytesIn: this.#bytesIn, bytesOut: this.#bytesOut },
      ...{ calls, errors, restarts, memoryBytes, guests: [guest] },
    };
  }

  /** Passes spans to the guest, which counts all of them or none. Never throws. */
  consume({ bytes, items, release }: EncodedBatch): void {
    this.#itemsIn += items;
    this.#bytesIn += bytes.length;
    const outcome = this.#stage.process(bytes);
    release();
    if (outcome.status === 'failed') this.#failed.add(outcome.error.code, items);
    else this.#itemsOut += items;
  }

  /** Counts and logs spans that never reached the guest. */
  countLost(code: OtelWasmErrorCode, items: number, message: string): void {
    this.#itemsIn += items;
    this.#failed.add(code, items);
    this.#log.warn(code, message);
  }

  /** The guest's metrics, or the reason why there are none. Never rejects. */
  async collect(temporality: 'delta' | 'cumulative'): Promise<StageOutcome> {
    const outcome = await this.#stage.collect(temporality);
    if (outcome.status === 'changed') this.#bytesOut += outcome.bytes.length;
    return outcome;
  }

  /** Runs the guest's `shutdown()`, once. Never throws. */
  shutdown(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stage.shutdown();
    this.#log.flush();
  }
}
