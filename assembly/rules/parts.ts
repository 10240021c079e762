import { Wire } from 'otelwasm/assembly/protobuf/wire';
import { run } from './blocks';
import { entryEnd, entryStart, RunBuilder, showElement, valueEnd, valueStart } from './entries';
import { Block } from './program';
import { wrapped, wrappedEnd } from './record';
import { item, part } from './state';

const EVENTS: u32 = 11;

/** Runs a block for each event of the span, or each data point of the metric. False: the item goes. */
export function walkParts(block: Block): bool {
  const start = item.startOf(EVENTS);
  if (start == 0) return true;
  const end = item.endOf(EVENTS);
  const builder = new RunBuilder();
  let changed = false;
  for (let at = start; showElement(at, end); ) {
    const from = entryStart;
    at = entryEnd;
    part.bind(valueStart, valueEnd);
    const keeps = run(block);
    if (keeps && !part.isChanged) {
      builder.copy(from, at);
      continue;
    }
    changed = true;
    if (!keeps) continue;
    part.settle();
    const field = wrapped(EVENTS, part.start, part.end - part.start);
    builder.copy(field, wrappedEnd);
  }
  if (changed) {
    const run = builder.end(0);
    item.put(EVENTS, run.pointer, run.pointer + run.size);
  }
  return true;
}
