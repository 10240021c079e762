import { functionNames, List, Node } from '../program/program';
import { error } from '../values/failure';
import { Val } from '../values/val';

/** A function of the rules language. The call's arguments begin at `ARGUMENTS`; omitted ones are null. */
export type Fn = (call: Node) => Val | null;

const names: Array<string> = [];
const functions: Array<Fn> = [];
let linked: StaticArray<Fn> = [];

/** Defines a function of the rules language. */
export function define(name: string, fn: Fn): void {
  names.push(name);
  functions.push(fn);
}

/** Resolves the functions that the program calls. Returns the name of a missing one, or an empty string. */
export function link(): string {
  const wanted: List = functionNames();
  linked = new StaticArray<Fn>(<i32>wanted.count);
  for (let i: u32 = 0; i < wanted.count; i++) {
    const text = changetype<Node>(wanted.at(i)).constant;
    const name = String.UTF8.decodeUnsafe(text.pointer, text.size);
    const index = names.indexOf(name);
    if (index < 0) return name;
    linked[i] = functions[index];
  }
  return '';
}

export const ARGUMENTS: u32 = 1;

export function callFunction(call: Node): Val | null {
  return unchecked(linked[call.word(0)])(call);
}

/** The number of declared parameters. */
@inline export function argumentCount(call: Node): u32 {
  return call.count - ARGUMENTS;
}

/** The node of an argument; null if it was omitted. */
@inline export function argumentNode(call: Node, index: u32): Node | null {
  return call.child(ARGUMENTS + index);
}

export function hasArgument(call: Node, index: u32): bool {
  return index < argumentCount(call) && call.word(ARGUMENTS + index) != 0;
}

export function typeError(wanted: string): Val | null {
  return error('expected ' + wanted);
}
