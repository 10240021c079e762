import { Json } from 'otelwasm/assembly';

/** What is done to a secret. */
export const enum Action {
  /** `mask` of the configuration takes its place. */
  Mask = 1,
  /** The mask, and the last four characters of what has more than eight. */
  Last4 = 2,
  /** HMAC-SHA256 with `hmacKey`, in hexadecimal: equal values stay equal. */
  Hash = 3,
  /** It goes: a match from its text, an attribute with its key. */
  Remove = 4,
  /** The item that has it goes: span, log record, data point, exemplar; all items of a resource or scope. */
  Drop = 5,
}

const NAMES = ['mask', 'last4', 'hash', 'remove', 'drop'];

/** Reads an action; `hash` without a key is refused. */
export function actionOf(json: Json, hasHmacKey: bool): Action {
  const index = NAMES.indexOf(json.string());
  if (index < 0) json.expected('one of ' + NAMES.join(', '));
  const action = <Action>(index + 1);
  if (action == Action.Hash && !hasHmacKey) json.expected('a hmacKey beside "hash"');
  return action;
}
