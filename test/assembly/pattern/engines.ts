import type { RegexOptions } from '../../../src/rules/regex';

/** Each search by itself: which of them a pattern is given depends on its shape. */
export const ENGINES: Readonly<Record<string, RegexOptions>> = {
  'the search of the pattern': {},
  'attempts alone': { keep: ['attempt'] },
  'attempts, groups in one pass': { keep: ['attempt', 'onePass'] },
  'attempts, then one pass each way': { keep: ['attempt', 'forward', 'reverse'] },
  'one pass each way': { keep: ['forward', 'reverse'] },
  'the NFA alone': { maxTableBytes: 0 },
};
