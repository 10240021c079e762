/**
 * The syntax tree of OTTL. Nodes are frozen and have positions: `start` and `end` are offsets in the statement.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Kind<K extends string> extends Span {
  readonly kind: K;
}

export type NilNode = Kind<'nil'>;
export interface TextNode extends Kind<'text'> {
  readonly value: string;
}
export interface BytesNode extends Kind<'bytes'> {
  readonly value: Uint8Array;
}
export interface BoolNode extends Kind<'bool'> {
  readonly value: boolean;
}
export interface IntNode extends Kind<'int'> {
  readonly value: bigint;
}
export interface FloatNode extends Kind<'float'> {
  readonly value: number;
}
/** A name in capitals: an enum's symbol or, as an argument, the name of a converter. */
export interface SymbolNode extends Kind<'symbol'> {
  readonly name: string;
}
export interface PathField extends Span {
  readonly name: string;
  readonly keys: readonly KeyNode[];
}
/** `resource.attributes["key"]`. The checker determines which of the names is the context. */
export interface PathNode extends Kind<'path'> {
  readonly fields: readonly PathField[];
}
export interface Argument extends Span {
  readonly name?: string;
  readonly value: ValueNode;
}
/** A call of a converter or, at the beginning of a statement, of an editor. */
export interface CallNode extends Kind<'call'> {
  readonly name: string;
  readonly args: readonly Argument[];
  readonly keys: readonly KeyNode[];
}
export interface MathNode extends Kind<'math'> {
  readonly op: '+' | '-' | '*' | '/';
  readonly left: ValueNode;
  readonly right: ValueNode;
}
export interface NegateNode extends Kind<'negate'> {
  readonly operand: ValueNode;
}
export interface ListNode extends Kind<'list'> {
  readonly items: readonly ValueNode[];
}
export interface MapEntry extends Span {
  readonly key: string;
  readonly value: ValueNode;
}
export interface MapNode extends Kind<'map'> {
  readonly entries: readonly MapEntry[];
}
export interface LambdaNode extends Kind<'lambda'> {
  readonly params: readonly string[];
  readonly body: ValueNode | ConditionNode;
}
/** The part between brackets. */
export type KeyNode = ValueNode;

export type ValueNode =
  | NilNode
  | TextNode
  | BytesNode
  | BoolNode
  | IntNode
  | FloatNode
  | SymbolNode
  | PathNode
  | CallNode
  | MathNode
  | NegateNode
  | ListNode
  | MapNode
  | LambdaNode;

export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';
export interface ComparisonNode extends Kind<'comparison'> {
  readonly op: ComparisonOperator;
  readonly left: ValueNode;
  readonly right: ValueNode;
}
export interface NotNode extends Kind<'not'> {
  readonly operand: ConditionNode;
}
export interface AndNode extends Kind<'and'> {
  readonly operands: readonly ConditionNode[];
}
export interface OrNode extends Kind<'or'> {
  readonly operands: readonly ConditionNode[];
}
/** `true`, `false`, or a converter that returns a boolean. */
export interface TruthNode extends Kind<'truth'> {
  readonly value: BoolNode | CallNode;
}

export type ConditionNode = ComparisonNode | NotNode | AndNode | OrNode | TruthNode;

export interface StatementNode extends Kind<'statement'> {
  readonly editor: CallNode;
  readonly where?: ConditionNode;
}

export function isCondition(node: ValueNode | ConditionNode): node is ConditionNode {
  return CONDITIONS.has(node.kind);
}

const CONDITIONS: ReadonlySet<string> = new Set(['comparison', 'not', 'and', 'or', 'truth']);
