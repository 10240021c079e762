import type { Signal } from '../../abi';
import { type Context, CONTEXTS } from '../paths';
import { ConfigNode } from '../source';

/** The possible contexts of statements about a signal. */
export function contextsOf(signal: Signal): Context[] {
  return Object.values(CONTEXTS).filter(context => context.signals.includes(signal));
}

/**
 * Groups of conditions or statements. A list of texts is one group with the texts under `key`; otherwise each entry
 * is a group.
 */
export function groupsOf(list: ConfigNode, key: 'conditions' | 'statements'): ConfigNode[] {
  const items = list.items();
  const texts = items.filter(({ value }) => typeof value === 'string');
  if (texts.length === 0) {
    for (const item of items) if (item.isAbsent) item.fail('must not be empty');
    return items;
  }
  if (texts.length < items.length) {
    list.fail('strings and groups cannot be mixed in one list');
    return [];
  }
  return [new TextGroup(list, key)];
}

/** A list of texts instead of a group. Its positions in the file are those of the list. */
class TextGroup extends ConfigNode {
  constructor(
    private readonly list: ConfigNode,
    private readonly key: string,
  ) {
    super({ [key]: list.value }, list.path, list.problems);
  }

  override get(key: string): ConfigNode {
    return key === this.key ? this.list : super.get(key);
  }
}
