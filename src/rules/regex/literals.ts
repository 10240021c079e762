import type { Node } from './syntax';
import { onlyRune } from './unicode';

/** Texts that a prefilter can search for before the pattern runs. */
export interface Literals {
  /** Every match begins with it; may be empty. */
  readonly prefix: string;
  /** The pattern consists only of `prefix`. */
  readonly complete: boolean;
  /** Every match contains at least one of these. Empty when none are known. */
  readonly required: readonly string[];
}

const MAX_ALTERNATIVES = 8;

export function literalsOf(node: Node): Literals {
  const { text, complete } = leading(node);
  return { prefix: text, complete: complete && text !== '', required: required(node) };
}

/** The character that a node represents; undefined for other nodes, and for characters that bytes do not identify. */
function literal(node: Node): string | undefined {
  if (node.kind !== 'set') return undefined;
  const rune = onlyRune(node.set);
  // Invalid bytes also decode to U+FFFD, and no text contains halves of surrogate pairs.
  if (rune === undefined || rune === 0xfffd || (rune >= 0xd800 && rune < 0xe000)) return undefined;
  return String.fromCodePoint(rune);
}

/** The text with which a node begins, and whether that is the complete node. */
function leading(node: Node): { text: string; complete: boolean } {
  switch (node.kind) {
    case 'empty':
      return { text: '', complete: true };
    case 'set': {
      const text = literal(node);
      return { text: text ?? '', complete: text !== undefined };
    }
    case 'group':
      return leading(node.of);
    case 'concat': {
      let text = '';
      for (const part of node.parts) {
        const next = leading(part);
        text += next.text;
        if (!next.complete) return { text, complete: false };
      }
      return { text, complete: true };
    }
    case 'repeat': {
      if (node.min === 0) return { text: '', complete: node.max === 0 };
      const once = leading(node.of);
      return { text: once.text, complete: once.complete && node.max === 1 };
    }
    default:
      return { text: '', complete: false };
  }
}

/** Alternatives of which every match contains one. Chooses the set whose shortest member is longest. */
function required(node: Node): readonly string[] {
  switch (node.kind) {
    case 'set': {
      const text = literal(node);
      return text === undefined ? [] : [text];
    }
    case 'group':
      return required(node.of);
    case 'repeat':
      return node.min === 0 || node.max === 0 ? [] : required(node.of);
    case 'alternate': {
      const each = node.parts.map(required);
      const all = [...new Set(each.flat())];
      return each.some(texts => texts.length === 0) || all.length > MAX_ALTERNATIVES ? [] : all;
    }
    case 'concat':
      return requiredOf(node.parts);
    default:
      return [];
  }
}

function requiredOf(parts: readonly Node[]): readonly string[] {
  let best: readonly string[] = [];
  const offer = (texts: readonly string[]) => {
    if (shortest(texts) > shortest(best)) best = texts;
  };
  let run = '';
  for (const part of parts) {
    const { text, complete } = leading(part);
    run += text;
    offer(run === '' ? [] : [run]);
    if (complete) continue;
    run = '';
    offer(required(part));
  }
  return best;
}

function shortest(texts: readonly string[]): number {
  return texts.length === 0 ? 0 : Math.min(...texts.map(text => text.length));
}
