// Is an outcome the one that the Collector came to?
import type { CorpusCase, Expected, LooseOrder } from './caseFiles';
import { expectedTree } from './caseFiles';
import type { Outcome } from './corpus';
import { decodeOtlp } from './otlpTree';
import { canonicalText, diffTrees } from './treeDiff';

const MAX_SHOWN = 400;

/** What differs, in short; undefined when nothing does. Texts of errors are not compared. */
export function differenceOf(given: CorpusCase, expected: Expected, outcome: Outcome): string | undefined {
  const wanted = statusOf(expected);
  if (outcome.status !== wanted) {
    const reason = 'reason' in outcome ? `: ${outcome.reason}` : '';
    return shortened(`${wanted} expected${reasonOf(expected)}, ${outcome.status}${reason}`);
  }
  if (outcome.status !== 'handed on') return undefined;
  if ('dropped' in expected)
    return outcome.bytes.length === 0 ? undefined : 'everything should have been dropped';
  const order = 'order' in expected ? expected.order : undefined;
  const tree = expectedTree(given, 'changes' in expected ? expected.changes : undefined);
  const found = decodeOtlp(given.signal, outcome.bytes);
  const difference = diffTrees(inLooseOrder(tree, order), inLooseOrder(found, order));
  if (difference === undefined) return undefined;
  const onlyOrder =
    diffTrees(inLooseOrder(tree, 'attributes'), inLooseOrder(found, 'attributes')) === undefined;
  return shortened(
    `${onlyOrder ? 'order of attributes: ' : ''}expected → found: ${JSON.stringify(difference)}`,
  );
}

/** A tree whose lists are sorted where their order is nobody's promise. */
export function inLooseOrder(tree: unknown, order: LooseOrder | undefined): unknown {
  if (order === undefined || typeof tree !== 'object' || tree === null) return tree;
  if (!Array.isArray(tree))
    return Object.fromEntries(Object.entries(tree).map(([name, part]) => [name, inLooseOrder(part, order)]));
  const parts = tree.map(part => inLooseOrder(part, order));
  const isSorted =
    order === 'lists' || parts.every(part => typeof part === 'object' && part !== null && 'key' in part);
  return isSorted ? parts.sort((a, b) => (canonicalText(a) < canonicalText(b) ? -1 : 1)) : parts;
}

function statusOf(expected: Expected): Outcome['status'] {
  if ('configuration' in expected) return 'configuration';
  return 'error' in expected ? 'error' : 'handed on';
}

function reasonOf(expected: Expected): string {
  if ('configuration' in expected) return ` (${expected.configuration})`;
  return 'error' in expected ? ` (${expected.error})` : '';
}

const shortened = (text: string): string =>
  text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
