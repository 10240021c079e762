import type { LambdaNode, ValueNode } from '../ottl';
import type { Code } from '../program';

/** What the checks of arguments need from the checker. */
export interface Checks {
  /** Reports a problem with a node. */
  readonly fail: (node: { start: number; end: number }, message: string) => undefined;
  value(node: ValueNode): Code | undefined;
  lambda(node: LambdaNode): Code | undefined;
}
