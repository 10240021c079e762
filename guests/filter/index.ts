/** Drops spans by their attributes, name, status or kind. README.md beside this file shows the configuration. */
import { Json, Prefilter, Span } from 'otelwasm/assembly';
import { Rule, slots } from '../common/spanRule';

let drop: Rule[] = [];
let keep: Rule[] = [];
/** Texts that rules of `drop` require: most spans contain none and are decided at once. */
const prefilter = new Prefilter();

export function onStart(config: Json): void {
  config.only(['drop', 'keep']);
  drop = Rule.list(config.get('drop'));
  keep = Rule.list(config.get('keep'));
  for (let i = 0; i < drop.length; i++) prefilter.add(drop[i].literal);
}

export function onSpan(span: Span): bool {
  if (!prefilter.mayContain(span)) return true;
  slots.load(span.attributes);
  return !anyMatches(drop, span) || anyMatches(keep, span);
}

function anyMatches(rules: Rule[], span: Span): bool {
  for (let i = 0; i < rules.length; i++) {
    if (rules[i].matches(span)) return true;
  }
  return false;
}
