import { Op } from '../program/ops';
import { Node } from '../program/program';
import { Val } from '../values/val';

type Evaluate = (node: Node) => Val | null;

let evaluate: Evaluate = (node: Node): Val | null => null;

/** Sets what evaluates keys. Expressions read paths, and keys are expressions: an import here would be a circle. */
export function evaluateKeysWith(evaluator: Evaluate): void {
  evaluate = evaluator;
}

/** The value of a path's key; null, with the reason in `failure.ts`, when it has none. */
export function keyOf(path: Node, index: u32): Val | null {
  const node = path.node(index);
  return node.op == Op.Const ? node.constant : evaluate(node);
}
