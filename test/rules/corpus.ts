// The oracle's corpus, and how far a compiler of rules agrees with it: corpus/README.md.
import { parse, stringify } from 'yaml';
import { GuestInstance, loadGuest } from '../../src/guest';
import { testInstanceOptions } from '../../src/testing/testGuest';
import { type CorpusCase, type Expected, groups, readCases, readExpected } from './caseFiles';
import { differenceOf } from './compare';

/** What a compiled configuration made of a case. */
export type Outcome =
  | { readonly status: 'configuration'; readonly reason: string }
  | { readonly status: 'error'; readonly reason: string }
  | { readonly status: 'handed on'; readonly bytes: Uint8Array };

/** A case with its verdict; no difference: the outcome is the Collector's. */
export interface Verdict {
  readonly case: CorpusCase;
  readonly expected: Expected;
  readonly difference?: string;
}

export interface CorpusOptions {
  /** Only groups that begin with one of these, e.g. `filter/`. */
  readonly groups?: readonly string[];
  /** Only cases that it is true of. */
  readonly where?: (given: CorpusCase) => boolean;
}

/**
 * Runs the corpus. `compile` throws for a configuration that it refuses.
 * Cases whose result the Collector itself changes from run to run, or that take it down, are left out.
 */
export function runCorpus(compile: (yaml: string) => Uint8Array, options: CorpusOptions = {}): Verdict[] {
  return readCorpus(options).map(({ given, expected }) => {
    const outcome = outcomeOf(given, compile);
    return { case: given, expected, difference: differenceOf(given, expected, outcome) };
  });
}

export function readCorpus(options: CorpusOptions = {}): { given: CorpusCase; expected: Expected }[] {
  const { groups: wanted, where = () => true } = options;
  return groups()
    .filter(group => wanted === undefined || wanted.some(prefix => group.startsWith(prefix)))
    .flatMap(group => {
      const results = readExpected(group);
      return readCases(group)
        .filter(where)
        .map(given => {
          const expected = results.get(given.name);
          if (expected === undefined)
            throw new Error(`${group}: no result for "${given.name}": npm run rules:oracle -- --update`);
          return { given, expected };
        })
        .filter(({ expected }) => !('unstable' in expected || 'panic' in expected));
    });
}

export function outcomeOf(given: CorpusCase, compile: (yaml: string) => Uint8Array): Outcome {
  let wasm: Uint8Array;
  try {
    wasm = compile(inPipeline(given));
  } catch (cause) {
    return { status: 'configuration', reason: String(cause) };
  }
  // Not openGuest: it refuses texts that are not UTF-8, which the corpus has on purpose.
  const options = testInstanceOptions('processor', given.signal, {}, []);
  try {
    // Compiled as it is: to limit each module takes half of the time of all cases.
    const module = new WebAssembly.Module(Uint8Array.from(wasm));
    const guest = new GuestInstance(
      loadGuest(module, 'processor', given.signal, options.maxMemoryBytes),
      options,
    );
    guest.start();
    const outcome = guest.consume(given.input);
    if ('error' in outcome) return { status: 'error', reason: String(outcome.error) };
    return { status: 'handed on', bytes: outcome.status === 'changed' ? outcome.bytes : given.input };
  } catch (cause) {
    return { status: 'error', reason: String(cause) };
  }
}

/** The configuration with a pipeline of the signal, which the Collector runs the processors in. */
function inPipeline({ yaml, signal }: CorpusCase): string {
  const { processors, service } = parse(yaml) as { processors: object; service?: unknown };
  if (service !== undefined) return yaml;
  const pipeline = { processors: Object.keys(processors) };
  return `${yaml}\n${stringify({ service: { pipelines: { [signal]: pipeline } } })}`;
}

/** Agreement by group and by function, worst first, each with the names of some unequal cases. */
export function report(verdicts: readonly Verdict[], casesShown = 3): string {
  const equal = verdicts.filter(({ difference }) => difference === undefined).length;
  const lines = [`${equal} of ${verdicts.length} cases equal`];
  const byGroup = (verdict: Verdict) => [verdict.case.group];
  for (const [title, keysOf] of [
    ['group', byGroup],
    ['function', functionsOf],
  ] as const) {
    lines.push('', `${title.padEnd(44)} equal    of`);
    for (const [key, members] of tally(verdicts, keysOf)) {
      const unequal = members.filter(({ difference }) => difference !== undefined);
      const counts = [members.length - unequal.length, members.length].map(count =>
        String(count).padStart(5),
      );
      lines.push(`${key.padEnd(44)} ${counts.join(' ')}`);
      if (title === 'group')
        for (const { case: given, difference } of unequal.slice(0, casesShown))
          lines.push(`    ${given.name}: ${difference}`);
    }
  }
  return lines.join('\n');
}

function tally(verdicts: readonly Verdict[], keysOf: (verdict: Verdict) => string[]): [string, Verdict[]][] {
  const members = new Map<string, Verdict[]>();
  for (const verdict of verdicts)
    for (const key of keysOf(verdict)) members.set(key, [...(members.get(key) ?? []), verdict]);
  const share = (list: Verdict[]) =>
    list.filter(({ difference }) => difference === undefined).length / list.length;
  return [...members].sort(([a, one], [b, other]) => share(one) - share(other) || (a < b ? -1 : 1));
}

/** Names that are called in a case's statements. */
function functionsOf({ case: given }: Verdict): string[] {
  return [...new Set([...given.yaml.matchAll(/\b([A-Za-z_][A-Za-z0-9_]*)\(/g)].map(([, name]) => name))];
}
