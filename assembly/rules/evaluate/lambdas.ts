import { evaluate, holds } from './evaluate';
import { Node } from '../program/program';
import { locals } from '../records/state';
import { Val } from '../values/val';

// The words of a lambda: its body, then the slots of its parameters.
const BODY: u32 = 0;

/** Sets a parameter of a lambda. */
export function setParameter(lambda: Node, index: u32, value: Val): void {
  unchecked((locals[lambda.word(1 + index)] = changetype<usize>(value)));
}

export function lambdaResult(lambda: Node): Val | null {
  return evaluate(lambda.node(BODY));
}

/** Evaluates the lambda as a condition: 1 or 0; -1 on an error. */
export function lambdaHolds(lambda: Node): i32 {
  return holds(lambda.node(BODY));
}
