import { Pattern, Replacement } from 'otelwasm/assembly/pattern';
import { Text } from 'otelwasm/assembly/text';
import { arena } from '../values/arena';
import { Node } from '../program/program';
import { Val } from '../values/val';

const patterns: Array<Pattern> = [];
const replacements: Array<Replacement> = [];
const view: Text = new Text();

// The words of a pattern's node: its program, and the 1-based positions of its cached pattern and replacement.
const PROGRAM: usize = 8;
const PLACE: usize = 12;
const REPLACEMENT: usize = 16;

/** The regular expression of a node, created on first use. */
export function patternOf(node: Node): Pattern {
  const at = changetype<usize>(node);
  const place = load<i32>(at, PLACE);
  if (place != 0) return unchecked(patterns[place - 1]);
  const made = Pattern.load(load<usize>(at, PROGRAM));
  store<i32>(at, patterns.push(made), PLACE);
  return made;
}

export function matches(node: Node, text: Val): bool {
  return patternOf(node).test(view.bind(text.pointer, text.size));
}

/** The text with every match replaced, or the same text if nothing matches. */
export function replaced(node: Node, text: Val, template: Val, isLiteral: bool): Val {
  const pattern = patternOf(node);
  const result = pattern.replaceAll(view.bind(text.pointer, text.size), replacementOf(node, template, isLiteral));
  return result === null ? text : Val.text(arena.copy(result.pointer, result.size), result.size);
}

function replacementOf(node: Node, template: Val, isLiteral: bool): Replacement {
  const at = changetype<usize>(node);
  const place = load<i32>(at, REPLACEMENT);
  if (isLiteral && place != 0) return unchecked(replacements[place - 1]);
  const made = Replacement.ofText(new Text().bind(template.pointer, template.size));
  if (isLiteral) store<i32>(at, replacements.push(made), REPLACEMENT);
  return made;
}

/** The replacement for one match. */
export function expandedTemplate(pattern: Pattern, template: Val): Val {
  const replacement = Replacement.ofText(new Text().bind(template.pointer, template.size));
  const region = expansion;
  region.length = 0;
  replacement.append(pattern, region);
  return Val.text(arena.copy(region.pointer, region.length), region.length);
}

import { Region } from 'otelwasm/assembly/memory';
const expansion: Region = new Region();
