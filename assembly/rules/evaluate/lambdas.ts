import { evaluate, holds } from './evaluate';
import { Node } from '../program/program';
import { locals } from '../records/state';
import { Val } from '../values/val';

// A lambda's words: its body, then the slots of its parameters.
const BODY: u32 = 0;

/** Gives a lambda's parameter its value. */
export function setParameter(lambda: Node, index: u32, value: Val): void {
  unchecked((locals[lambda.word(1 + index)] = changetype<usize>(value)));
}

export function lambdaResult(lambda: Node): Val | null {
  return evaluate(lambda.node(BODY));
}

/** 1, 0, or -1 on an error. */
export function lambdaHolds(lambda: Node): i32 {
  return holds(lambda.node(BODY));
}
