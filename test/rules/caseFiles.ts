// The corpus as it stands in files: data sets in OTLP JSON, cases in YAML, expected results in lines of JSON.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parse, parseDocument, stringify } from 'yaml';
import type { Signal } from '../../src/abi/signal';
import type { OtlpJson } from '../../src/otlp/json';
import { decodeOtlp, encodeOtlp } from './otlpTree';
import { applyDiff, type TreeDiff } from './treeDiff';

export const CORPUS = join(__dirname, 'corpus');

/** A pair of configuration and data. */
export interface CorpusCase {
  /** Its file, e.g. `transform/strings`. */
  readonly group: string;
  /** Unique in its group. */
  readonly name: string;
  readonly signal: Signal;
  /** A Collector's configuration with `processors:`. */
  readonly yaml: string;
  readonly input: Uint8Array;
}

/** What the Collector's processors made of a case; see corpus/README.md. */
export type Expected = { readonly name: string; readonly logged?: number } & (
  | { readonly configuration: string }
  | { readonly error: string }
  | { readonly dropped: true }
  | { readonly unstable: true }
  | { readonly panic: string }
  | { readonly changes?: TreeDiff; readonly order?: LooseOrder }
);

/** Whose order the Collector itself changes from run to run: that of attributes, or that of lists as well. */
export type LooseOrder = 'attributes' | 'lists';

interface CaseFile {
  /** Stands before the names of the section's cases. */
  readonly title?: string;
  readonly signal: Signal;
  readonly data: string;
  /** A configuration with `<case>` where the text of a case goes. */
  readonly config: unknown;
  /** By name; or a list, where the text of a case is its name. */
  readonly cases: Readonly<Record<string, unknown>> | readonly unknown[];
}

/** The files of cases, as groups: `filter/conditions`. */
export function groups(): string[] {
  const files = readdirSync(join(CORPUS, 'cases'), { recursive: true, encoding: 'utf8' });
  return files
    .filter(file => file.endsWith('.yaml'))
    .map(file =>
      relative('.', file)
        .split(sep)
        .join('/')
        .replace(/\.yaml$/, ''),
    )
    .sort();
}

export function readCases(group: string): CorpusCase[] {
  const text = readFileSync(join(CORPUS, 'cases', `${group}.yaml`), 'utf8');
  const document = parseDocument(text);
  if (document.errors.length > 0) throw new Error(`${group}.yaml: ${document.errors[0].message}`);
  const sections = parse(text) as CaseFile | CaseFile[];
  const cases = (Array.isArray(sections) ? sections : [sections]).flatMap(section =>
    named(section).map(([name, given]) => readCase(group, section, name, given)),
  );
  const twice = cases.find(({ name }, at) => cases.findIndex(other => other.name === name) !== at);
  if (twice !== undefined) throw new Error(`${group}.yaml: two cases have the name "${twice.name}"`);
  return cases;
}

function named({ title, cases }: CaseFile): [string, unknown][] {
  const entries: [string, unknown][] = Array.isArray(cases)
    ? cases.map((given: unknown) => [Array.isArray(given) ? given.join('; ') : String(given), given])
    : Object.entries(cases);
  return title === undefined ? entries : entries.map(([name, given]) => [`${title}: ${name}`, given]);
}

/** A case is what goes for `<case>`: text, or a list of it; or a mapping that overrides `data`, `signal`, `config`. */
function readCase(group: string, section: CaseFile, name: string, given: unknown): CorpusCase {
  const own =
    typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as Partial<CaseFile>) : {};
  const { signal, data, config } = { ...section, ...own };
  const yaml = typeof config === 'string' ? config : stringify(fill(config, given), { lineWidth: 0 });
  return { group, name, signal, yaml, input: dataSet(data, signal) };
}

/** Puts a case into a template: text for `<case>`; a list for `- <case>`, or its elements for `<0>`, `<1>`. */
function fill(template: unknown, given: unknown): unknown {
  const parts: unknown[] = Array.isArray(given) ? given : [given];
  if (template === '<case>') return given;
  if (typeof template === 'string')
    return template.replace(/<(case|\d)>/g, (_, which) =>
      String(parts[which === 'case' ? 0 : Number(which)]),
    );
  if (Array.isArray(template))
    return template.flatMap((part: unknown) => (part === '<case>' ? parts : [fill(part, given)]));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, part]) => [key, fill(part, given)]));
}

const dataSets = new Map<string, Uint8Array>();

function dataSet(name: string, signal: Signal): Uint8Array {
  let bytes = dataSets.get(name);
  if (bytes === undefined) {
    const json = JSON.parse(readFileSync(join(CORPUS, 'data', `${name}.json`), 'utf8')) as OtlpJson;
    dataSets.set(name, (bytes = encodeOtlp(signal, json)));
  }
  return bytes;
}

/** By the name of the case. */
export function readExpected(group: string): Map<string, Expected> {
  const lines = readFileSync(join(CORPUS, 'expected', `${group}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return new Map(lines.map(line => JSON.parse(line) as Expected).map(expected => [expected.name, expected]));
}

/** What goes on, as a tree. */
export function expectedTree({ signal, input }: CorpusCase, changes: TreeDiff | undefined): OtlpJson {
  return applyDiff(decodeOtlp(signal, input), changes) as OtlpJson;
}
