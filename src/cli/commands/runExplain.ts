import type { Signal } from '../../abi';
import { isRules } from '../../guest';
import { otlpToJson } from '../../otlp/json';
import { compileSteps, type RuleDescription } from '../../rules';
import { openGuest, type TestGuest } from '../../testing';
import { stdoutColors } from '../colors';
import { type Colors, compareItems, formatField, type Item, type ItemChange, itemsOf } from '../diff';
import { CommandError } from '../failure';
import { readBatches } from '../input';
import { openOutput } from '../output';
import { MEBIBYTE } from '../values';
import type { RunOptions } from './runOptions';

/** A rule, with a guest that runs it and all rules before it. */
interface Step {
  readonly rule: RuleDescription;
  readonly guest: TestGuest<Signal>;
  /** The number of items that it dropped, changed or added. */
  touched: number;
}

/** An item of the input, or one that a rule added, with the effect of each rule. */
interface Story {
  readonly item: Item;
  readonly chapters: { readonly rule: RuleDescription; readonly change: ItemChange }[];
}

/** `otelwasm run collector.yaml --explain < traces.json`: for each item, the rules that dropped or changed it. */
export async function explainRules(
  path: string,
  input: string | undefined,
  { inputFormat: format, signal, maxDocument }: RunOptions,
): Promise<void> {
  if (!isRules(path)) throw new CommandError(`${path}: --explain works only with rules in a .yaml file`);
  const output = openOutput(undefined);
  const colors = stdoutColors();
  const steps = new Map<Signal, Step[]>();
  for await (const batch of readBatches({
    path: input,
    maxDocumentBytes: maxDocument * MEBIBYTE,
    format,
    signals: signal && [signal],
    onUnknown: () => undefined,
  })) {
    if (!steps.has(batch.signal)) steps.set(batch.signal, stepsOf(path, batch.signal));
    const stories = explain(batch.signal, batch.bytes, steps.get(batch.signal) ?? []);
    await output.write(stories.map(story => formatStory(story, colors)).join(''));
  }
  for (const { rule, touched } of [...steps.values()].flat())
    await output.write(`${touched} ${touched === 1 ? 'item' : 'items'} by ${nameOf(rule)}\n`);
  await output.close();
}

function stepsOf(path: string, signal: Signal): Step[] {
  return compileSteps(path, signal).map(({ rule, wasm }) => ({
    rule,
    guest: openGuest(signal, wasm),
    touched: 0,
  }));
}

function explain(signal: Signal, bytes: Uint8Array, steps: readonly Step[]): Story[] {
  let before = itemsOf(signal, otlpToJson(signal, bytes));
  const stories: Story[] = before.map(item => ({ item, chapters: [] }));
  /** Stories by the item's state at this step. */
  let current = new Map(stories.map(story => [story.item, story]));
  for (const step of steps) {
    const { rule, guest } = step;
    // From the original batch: a rule may depend on what earlier rules did.
    const after = itemsOf(signal, otlpToJson(signal, guest.consume(bytes).bytes));
    const next = new Map<Item, Story>();
    for (const change of compareItems(signal, before, after)) {
      const story = current.get(change.item) ?? { item: change.item, chapters: [] };
      if (change.kind === 'added') stories.push(story);
      if (change.kind !== 'dropped') next.set('after' in change ? change.after : change.item, story);
      if (change.kind === 'unchanged') continue;
      story.chapters.push({ rule, change });
      step.touched++;
    }
    before = after;
    current = next;
  }
  return stories;
}

/** `- span GET /healthz (...)`, with the effects of rules below it. Empty for an item that no rule affected. */
function formatStory({ item, chapters }: Story, colors: Colors): string {
  if (chapters.length === 0) return '';
  const kinds = chapters.map(({ change }) => change.kind);
  const heading = kinds.includes('dropped')
    ? colors.red(`- ${item.label}`)
    : kinds.includes('added')
      ? colors.green(`+ ${item.label}`)
      : colors.yellow(`~ ${item.label}`);
  const lines = chapters.flatMap(({ rule, change }) => [
    `  ${nameOf(rule)}`,
    ...(change.kind === 'changed' ? change.fields.map(field => formatField(field, colors)) : []),
  ]);
  return `${[heading, ...lines].join('\n')}\n\n`;
}

function nameOf({ processor, text }: RuleDescription): string {
  return `${processor}: ${text}`;
}
