import { fail } from 'otelwasm/assembly/host';
import { Prefilter } from 'otelwasm/assembly/items/prefilter';
import { Text } from 'otelwasm/assembly/text';
import { arena } from '../values/arena';
import { Op } from '../program/ops';
import { callFunction } from './call';
import { evaluate, holds } from './evaluate';
import { lastError } from '../values/failure';
import { Block, DROP, ErrorMode, List, Node } from '../program/program';
import { openCache } from '../records/state';

const prefilters: Array<Prefilter> = [];

/** Whether an unchanged item may contain a text that the block's conditions need. */
export function mayApply(block: Block, start: usize, end: usize): bool {
  const mentions = block.mentions;
  if (mentions.count == 0) return true;
  let place = block.prefilter;
  if (place == 0) {
    const made = new Prefilter();
    for (let i: u32 = 0; i < mentions.count; i++) {
      const text = changetype<Node>(mentions.at(i)).constant;
      made.add(new Text().bind(text.pointer, text.size));
    }
    place = prefilters.push(made);
    block.prefilter = place;
  }
  return unchecked(prefilters[place - 1]).mayBeIn(start, end);
}

/** Runs a block on the current messages. Returns false to drop the item. */
export function run(block: Block): bool {
  openCache(block.sharesCache);
  if (block.conditions.count > 0 && !anyHolds(block, block.conditions)) return true;
  if (block.action == DROP) return !anyHolds(block, block.nodes);
  const statements = block.nodes;
  for (let i: u32 = 0; i < statements.count; i++) {
    const statement = changetype<Node>(statements.at(i));
    if (!execute(statement) && !tolerated(block)) break;
  }
  return true;
}

function anyHolds(block: Block, conditions: List): bool {
  for (let i: u32 = 0; i < conditions.count; i++) {
    const truth = holds(changetype<Node>(conditions.at(i)));
    if (truth > 0) return true;
    if (truth < 0 && !tolerated(block)) return false;
  }
  return false;
}

/** Executes a statement: its children are the editor's call and an optional condition. Returns false on an error. */
function execute(statement: Node): bool {
  const where = statement.child(1);
  if (where !== null) {
    const truth = holds(where);
    if (truth <= 0) return truth == 0;
  }
  return evaluate(statement.node(0)) !== null;
}

/** Handles an error. Returns whether to continue. */
function tolerated(block: Block): bool {
  if (block.errorMode != ErrorMode.Propagate) return true;
  fail('rules: ' + lastError());
  return false;
}
