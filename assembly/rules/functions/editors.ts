import { argumentNode, define } from '../call';
import { evaluate } from '../evaluate';
import { setPath } from '../paths';
import { Node } from '../program';
import { Kind, NIL, Val } from '../val';

define('set', (call: Node): Val | null => {
  const value = evaluate(argumentNode(call, 1)!);
  if (value === null) return null;
  // What there is no value for is left as it is.
  if (value.kind == Kind.Nil) return NIL;
  return setPath(argumentNode(call, 0)!, value) ? NIL : null;
});
