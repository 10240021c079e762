import { arena } from './arena';
import { Kind, NIL, Val } from './val';

/** A text of the program's own. */
export function textOf(value: string): Val {
  const size = String.UTF8.byteLength(value);
  const at = arena.take(size);
  String.UTF8.encodeUnsafe(changetype<usize>(value), value.length, at);
  return Val.text(at, size);
}

/** A value as the Collector writes it out. */
export function asText(value: Val): Val | null {
  switch (value.kind) {
    case Kind.Text:
      return value;
    case Kind.Nil:
      return Val.text(0, 0);
    default:
      return NIL;
  }
}
