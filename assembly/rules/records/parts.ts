import { run } from '../evaluate/blocks';
import { entryEnd, entryStart, showElement, valueEnd, valueStart } from '../values/entries';
import { RunBuilder } from '../values/runBuilder';
import { Block, DROP } from '../program/program';
import { Record, wrapped, wrappedEnd } from './record';
import { data, dataNumber, exemplar, exemplarsNumber, item, part } from './state';

const EVENTS: u32 = 11;
const POINTS: u32 = 1;

/** Runs a block for each event of the span or data point of the metric. Returns false to drop the item. */
export function walkParts(block: Block, ofMetric: bool): bool {
  if (ofMetric && dataNumber == 0) return true;
  const owner = ofMetric ? data : item;
  const number = ofMetric ? POINTS : EVENTS;
  // A filter drops metrics without points, even if they had none before.
  if (owner.startOf(number) == 0) return !(ofMetric && block.action == DROP);
  return walkMembers(owner, number, part, block, false) > 0 || !ofMetric;
}

/** Runs a block for each exemplar of the metric's data points. Such a block never drops. */
export function walkExemplars(block: Block): void {
  if (dataNumber != 0 && exemplarsNumber != 0) walkMembers(data, POINTS, part, block, true);
}

/** Runs a block for each member in field `number`, or for its exemplars. Returns the number of kept members. */
function walkMembers(owner: Record, number: u32, member: Record, block: Block, ofExemplars: bool): i32 {
  const end = owner.endOf(number);
  const builder = new RunBuilder();
  let changed = false;
  let kept = 0;
  for (let at = owner.startOf(number); at != 0 && showElement(at, end); ) {
    const from = entryStart;
    at = entryEnd;
    member.bind(valueStart, valueEnd);
    let keeps = true;
    if (ofExemplars) walkMembers(member, exemplarsNumber, exemplar, block, false);
    else keeps = run(block);
    if (keeps) kept++;
    if (keeps && !member.isChanged) {
      builder.copy(from, at);
      continue;
    }
    changed = true;
    if (!keeps) continue;
    member.flush();
    const field = wrapped(number, member.start, member.end - member.start);
    builder.copy(field, wrappedEnd);
  }
  if (changed) {
    const result = builder.end(0);
    owner.put(number, result.pointer, result.pointer + result.size);
  }
  return kept;
}
