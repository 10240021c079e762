import { Text } from '../text';
import { Region } from '../memory';
import { Groups } from './groups';
import { isLetterOrDigit } from './letters';
import { runeAt, width } from './rune';

const DOLLAR: u8 = 0x24;
const OPEN: u8 = 0x7b;
const CLOSE: u8 = 0x7d;

/**
 * The replacement of a match, with the syntax of Go's regexp: `$1`, `${1}` and `${name}` insert a group, `$$` is one
 * `$`. The name after `$` is the longest run of letters, digits and `_`: `$1x` is the group named `1x`, `${1}x` is
 * group 1 and an x. A missing group is empty.
 */
export class Replacement {
  private text: Text;
  /** Without `$` it is inserted literally. */
  private plain: bool;

  private constructor(text: Text) {
    this.text = text;
    this.plain = !hasDollar(text);
  }

  static of(template: string): Replacement {
    return new Replacement(Text.of(template));
  }

  /** A replacement from UTF-8 text, which must stay in place. */
  static ofText(template: Text): Replacement {
    return new Replacement(template.part(template.pointer, template.size));
  }

  /** @internal Appends the replacement of a match. False when memory cannot grow. */
  append(match: Groups, out: Region): bool {
    const text = this.text;
    if (this.plain) return out.append(text.pointer, text.size);
    const end = text.pointer + text.size;
    let from = text.pointer;
    let at = from;
    while (at < end) {
      if (load<u8>(at) != DOLLAR) {
        at++;
        continue;
      }
      if (!out.append(from, at - from)) return false;
      from = at++;
      if (at < end && load<u8>(at) == DOLLAR) {
        // The second one is literal.
        from = at++;
        continue;
      }
      const braced = at < end && load<u8>(at) == OPEN;
      const name = braced ? at + 1 : at;
      const nameEnd = endOfName(name, end);
      // Text that is not a name is literal.
      if (nameEnd == name || (braced && (nameEnd == end || load<u8>(nameEnd) != CLOSE))) continue;
      const group = groupOf(match, name, nameEnd - name);
      if (group >= 0 && match.has(group)) {
        const matched = match.group(group);
        if (!out.append(matched.pointer, matched.size)) return false;
      }
      at = from = braced ? nameEnd + 1 : nameEnd;
    }
    return out.append(from, end - from);
  }
}

function hasDollar(text: Text): bool {
  for (let i: usize = 0; i < text.size; i++) {
    if (load<u8>(text.pointer + i) == DOLLAR) return true;
  }
  return false;
}

function endOfName(at: usize, end: usize): usize {
  while (at < end) {
    const byte: u32 = load<u8>(at);
    const rune = byte < 0x80 ? byte : runeAt(at, end);
    if (rune != 0x5f && !isLetterOrDigit(rune)) break;
    at += byte < 0x80 ? 1 : width;
  }
  return at;
}

/** The group by number or name; -1 for none. */
function groupOf(match: Groups, name: usize, size: usize): i32 {
  // Numbers have no leading zero, and at most nine digits.
  if (size > 9 || (size > 1 && load<u8>(name) == 0x30)) return match.named(name, size);
  let number = 0;
  for (let i: usize = 0; i < size; i++) {
    const digit = <u32>load<u8>(name + i) - 0x30;
    if (digit > 9) return match.named(name, size);
    number = number * 10 + <i32>digit;
  }
  return number;
}
