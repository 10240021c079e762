/** Checks whether a text contains secrets. */
import { Text } from 'otelwasm/assembly';
import { Action } from './action';
import { actionOfDetector, hasDetectors, hasTextRules, scanner, textRules, valueRules } from './config';

const view = new Text();

/** True when something in the text must be replaced. */
export function hasSecret(pointer: usize, size: usize): bool {
  return (hasDetectors && scanner.findIn(pointer, size)) || (hasTextRules && matchesRule(pointer, size));
}

function matchesRule(pointer: usize, size: usize): bool {
  view.bind(pointer, size);
  if (actionOfText(view) != 0) return true;
  for (let i = 0; i < valueRules.length; i++) {
    if (valueRules[i].pattern.test(view)) return true;
  }
  return false;
}

/** True when something in the text causes the item to be dropped. */
export function hasDrop(pointer: usize, size: usize): bool {
  const action = actionOfText(view.bind(pointer, size));
  if (action != 0) return action == Action.Drop;
  for (let i = 0; i < valueRules.length; i++) {
    if (valueRules[i].action == Action.Drop && valueRules[i].pattern.test(view)) return true;
  }
  for (let found = hasDetectors && scanner.findIn(pointer, size); found; found = scanner.findNext()) {
    if (actionOfDetector(scanner.detector) == Action.Drop) return true;
  }
  return false;
}

/** The action on the whole text; 0 when no rule matches. */
export function actionOfText(text: Text): i32 {
  for (let i = 0; i < textRules.length; i++) {
    if (textRules[i].matches(text)) return textRules[i].category;
  }
  return 0;
}
