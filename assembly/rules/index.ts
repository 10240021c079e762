/** The engine: a guest that runs the rules that `compileRules` put into its data (program.ts). */
import { setResult, Signal } from 'otelwasm/assembly/host';
import { Message } from 'otelwasm/assembly/protobuf';
import { keepBelow } from 'otelwasm/assembly/memory';
import { Output } from 'otelwasm/assembly/abi/output';
import { fail, failed } from 'otelwasm/assembly/host';
import { link } from './evaluate/call';
import './functions';
import './processors';
import { FUSED, Pass, passesOf, programEnd, hasProgram } from './program/program';
import { item, part, resetCache, setSlots } from './records/state';
import { walk } from './records/walk';

keepBelow(programEnd());
const missing: string = hasProgram() ? link() : '';
if (hasProgram()) setSlots();

const first: Output = new Output();
const second: Output = new Output();

export function onTraces(batch: Message): void {
  item.shape(9, (1 << 11) | (1 << 13));
  part.shape(3, 0);
  consume(0, Signal.Traces, batch);
}

export function onMetrics(batch: Message): void {
  item.shape(12, 0);
  consume(1, Signal.Metrics, batch);
}

export function onLogs(batch: Message): void {
  item.shape(6, 0);
  consume(2, Signal.Logs, batch);
}

const METRICS: u32 = 1;

function consume(signal: u32, bit: Signal, batch: Message): void {
  if (!hasProgram()) return fail('this module contains no rules: create one with "otelwasm compile"');
  if (missing.length > 0) return fail('this engine does not have the function ' + missing);
  resetCache();
  const passes = passesOf(signal);
  let start = batch.start;
  let end = batch.end;
  let output = first;
  let changed = false;
  for (let from: u32 = 0; from < passes.count; ) {
    let to = from + 1;
    while (to < passes.count && changetype<Pass>(passes.at(to)).flags & FUSED) to++;
    if (walk(passes, from, to - from, start, end, output, signal == METRICS)) {
      changed = true;
      start = output.pointer;
      end = start + output.length;
    }
    if (failed()) return;
    from = to;
    // The next walk must not overwrite the result of this one.
    output = first.owns(start) ? second : first;
  }
  if (changed) setResult(bit, start, end - start);
}
