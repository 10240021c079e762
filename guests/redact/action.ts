import { Json } from 'otelwasm/assembly';

/** What happens to a secret. */
export const enum Action {
  /** The mask from the configuration replaces it. */
  Mask = 1,
  /** The mask and, for values longer than eight characters, the last four. */
  Last4 = 2,
  /** HMAC-SHA256 with `hmacKey`, in hexadecimal: equal values stay equal. */
  Hash = 3,
  /** It is removed: a match from its text, an attribute with its key. */
  Remove = 4,
  /**
   * The item that contains it is dropped: span, log record, data point, exemplar; all items of a resource or scope.
   */
  Drop = 5,
}

const NAMES = ['mask', 'last4', 'hash', 'remove', 'drop'];

/** Reads an action. `hash` without a key is refused. */
export function actionOf(json: Json, hasHmacKey: bool): Action {
  const index = NAMES.indexOf(json.string());
  if (index < 0) json.expected('one of ' + NAMES.join(', '));
  const action = <Action>(index + 1);
  if (action == Action.Hash && !hasHmacKey) json.expected('"hash" together with an hmacKey');
  return action;
}
