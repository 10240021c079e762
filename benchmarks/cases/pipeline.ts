/**
 * A whole export, from `onEnd` to the receiver's answer: each side in a process of its own, taking turns, the receiver in
 * a third. Making and ending the spans is not counted. Rounds of four batches: with a filter in front of it, the stock
 * processor gathers full batches of what is left, as it does in an app.
 */
import type { ChildProcess } from 'node:child_process';
import type { AppCommand, RoundAnswer } from '../sides/app';
import { SIDES, type SideName } from '../sides/spanProcessors';
import { withApps } from '../support/apps';
import type { BenchmarkCase } from '../support/case';
import { compare } from '../support/compare';
import { FILTER, unlessExists } from '../support/guests';
import { ask } from '../support/processes';
import type { Shape } from '../support/spans';

const BATCHES = 4;

interface PipelineCase {
  readonly ours?: SideName;
  readonly peer: SideName;
  readonly shape?: Shape;
  readonly spans?: number;
  readonly dropPercent: number;
  readonly measure?: 'cpuMicros' | 'busyMicros';
  readonly atMost?: number;
  readonly onlyFull?: boolean;
}

function pipelineCase(options: PipelineCase): BenchmarkCase {
  const { ours = 'wasm', peer, shape = 'http', spans = 512, dropPercent } = options;
  const { measure = 'cpuMicros', atMost, onlyFull } = options;
  const what = measure === 'cpuMicros' ? 'cpu' : 'main-thread';
  const name = `pipeline/${what}/${shape}/${spans}/drop-${dropPercent}/${ours}-vs-${peer}`;
  const command: AppCommand = { kind: 'round', batches: BATCHES, spans, shape, dropPercent };
  const perRound = measure === 'cpuMicros' ? BATCHES * spans : BATCHES * 1_000;
  const roundOf = (app: ChildProcess) => async () =>
    (await ask<RoundAnswer>(app, command))[measure] / perRound;
  return {
    ...{ name, onlyFull, missing: unlessExists(FILTER, 'npm run build:guests') },
    run: () =>
      withApps([ours, peer], apps =>
        compare({
          ...{ name, atMost, unit: measure === 'cpuMicros' ? 'µs/span' : 'ms/batch' },
          ours: { name: SIDES[ours], round: roundOf(apps[ours]) },
          peer: { name: SIDES[peer], round: roundOf(apps[peer]) },
          warmUpRounds: 25,
          rounds: 60,
        }),
      ),
  };
}

export const pipelineCases: readonly BenchmarkCase[] = [
  pipelineCase({ peer: 'stock', dropPercent: 0, atMost: 0.4 }),
  pipelineCase({ peer: 'stock', dropPercent: 10 }),
  pipelineCase({ peer: 'stock-js-filter', dropPercent: 50 }),
  pipelineCase({ ours: 'wasm-1024', peer: 'stock-js-filter', dropPercent: 50 }),
  pipelineCase({ peer: 'stock-js-filter', dropPercent: 10, onlyFull: true }),
  pipelineCase({ peer: 'stock-js-filter', dropPercent: 90 }),
  pipelineCase({
    ...{ ours: 'rules', peer: 'stock-js-filter', dropPercent: 50 },
    atMost: 0.6,
  }),
  pipelineCase({
    ...{ ours: 'rules', peer: 'stock-js-filter', dropPercent: 90 },
    atMost: 0.9,
  }),
  pipelineCase({ peer: 'stock', dropPercent: 0, shape: 'small' }),
  pipelineCase({ peer: 'stock', dropPercent: 0, shape: 'rich' }),
  pipelineCase({ peer: 'stock', dropPercent: 0, measure: 'busyMicros' }),
  pipelineCase({ peer: 'stock', dropPercent: 0, spans: 64, onlyFull: true }),
  pipelineCase({
    ...{ ours: 'wasm-worker', peer: 'stock', dropPercent: 0, measure: 'busyMicros' },
    atMost: 0.22,
  }),
  pipelineCase({
    ...{ ours: 'wasm-process', peer: 'stock', dropPercent: 0, measure: 'busyMicros' },
    atMost: 0.25,
  }),
  pipelineCase({ ours: 'wasm-worker', peer: 'stock', dropPercent: 0, onlyFull: true }),
];
