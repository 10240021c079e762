import { Op } from '../program/ops';
import { Node } from '../program/program';
import { Val } from '../values/val';

type Evaluate = (node: Node) => Val | null;

let evaluate: Evaluate = (node: Node): Val | null => null;

/** Sets the evaluator for keys. Expressions read paths and keys are expressions, so an import would be circular. */
export function evaluateKeysWith(evaluator: Evaluate): void {
  evaluate = evaluator;
}

/** Evaluates a key of a path. Returns null on an error, with the reason in `failure.ts`. */
export function keyOf(path: Node, index: u32): Val | null {
  const node = path.node(index);
  return node.op == Op.Const ? node.constant : evaluate(node);
}
