import { run } from '../evaluate/blocks';
import { entryEnd, entryStart, showElement, valueEnd, valueStart } from '../values/entries';
import { RunBuilder } from '../values/runBuilder';
import { Block, DROP } from '../program/program';
import { wrapped, wrappedEnd } from './record';
import { data, dataNumber, item, part } from './state';

const EVENTS: u32 = 11;
const POINTS: u32 = 1;

/** Runs a block for each event of the span, or each data point of the metric. False: the item goes. */
export function walkParts(block: Block, ofMetric: bool): bool {
  if (ofMetric && dataNumber == 0) return true;
  const owner = ofMetric ? data : item;
  const number = ofMetric ? POINTS : EVENTS;
  const start = owner.startOf(number);
  // A filter takes metrics without points for those that lost them.
  if (start == 0) return !(ofMetric && block.action == DROP);
  const end = owner.endOf(number);
  const builder = new RunBuilder();
  let changed = false;
  let kept = 0;
  for (let at = start; showElement(at, end); ) {
    const from = entryStart;
    at = entryEnd;
    part.bind(valueStart, valueEnd);
    const keeps = run(block);
    if (keeps) kept++;
    if (keeps && !part.isChanged) {
      builder.copy(from, at);
      continue;
    }
    changed = true;
    if (!keeps) continue;
    part.settle();
    const field = wrapped(number, part.start, part.end - part.start);
    builder.copy(field, wrappedEnd);
  }
  if (!changed) return true;
  const result = builder.end(0);
  owner.put(number, result.pointer, result.pointer + result.size);
  return kept > 0 || !ofMetric;
}
