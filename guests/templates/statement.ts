/** Templates of SQL: without literals, and with lists of them reduced to one. */
import { Region, Text, fail } from 'otelwasm/assembly';
import { withoutLiterals } from '../common/sql';

const MARK: u32 = 0x3f;
const OPEN: u32 = 0x28;
const CLOSE: u32 = 0x29;
const COMMA: u32 = 0x2c;
const DOLLAR: u32 = 0x24;
const SLASH: u32 = 0x2f;

const COMMANDS = ['select', 'insert', 'update', 'delete', 'merge', 'replace', 'with', 'call'];
const LONGEST: usize = 7;

const statement = new Region();
const view = new Text();

/** True when a span's name begins like SQL. `DELETE /users/5` does not. */
export function isStatement(text: Text): bool {
  let size: usize = 0;
  while (size < text.size && size <= LONGEST && isLetter(load<u8>(text.pointer + size))) size++;
  if (size < 4 || size + 1 >= text.size || !isBlank(load<u8>(text.pointer + size))) return false;
  if (load<u8>(text.pointer + size + 1) == SLASH) return false;
  for (let i = 0; i < COMMANDS.length; i++) {
    if (isCommand(text.pointer, size, COMMANDS[i])) return true;
  }
  return false;
}

function isCommand(at: usize, size: usize, command: string): bool {
  if (<usize>command.length != size) return false;
  for (let i: usize = 0; i < size; i++) {
    if ((load<u8>(at + i) | 0x20) != load<u16>(changetype<usize>(command) + (i << 1))) return false;
  }
  return true;
}

/** The statement with `?` instead of literals and parameters. `?, ?` and `(?), (?)` become one. */
export function templateOfStatement(text: Text): Text {
  if (!withoutLiterals(text.pointer, text.size, statement)) {
    fail('out of memory: cannot allocate ' + text.size.toString() + ' bytes');
    return text;
  }
  markParameters();
  joinLists();
  const template = view.bind(statement.pointer, statement.length);
  return template.equals(text) ? text : template;
}

/** `$1` becomes `?`. */
function markParameters(): void {
  let to = statement.pointer;
  const end = to + statement.length;
  for (let at = to; at < end;) {
    const byte: u32 = load<u8>(at++);
    if (byte == DOLLAR && at < end && isDigit(load<u8>(at))) {
      while (at < end && isDigit(load<u8>(at))) at++;
      store<u8>(to++, <u8>MARK);
    } else store<u8>(to++, <u8>byte);
  }
  statement.length = to - statement.pointer;
}

/** Removes repetitions of `?` or `(?)` after a comma. */
function joinLists(): void {
  const start = statement.pointer;
  const end = start + statement.length;
  let to = start;
  for (let at = start; at < end;) {
    const byte: u32 = load<u8>(at++);
    store<u8>(to++, <u8>byte);
    if (byte == MARK) at = afterRepeats(at, end, false);
    else if (byte == CLOSE && to - start >= 3 && load<u8>(to - 2) == MARK && load<u8>(to - 3) == OPEN) {
      at = afterRepeats(at, end, true);
    }
  }
  statement.length = to - start;
}

/** The address after all repetitions of `, ?` or `, (?, ?)` from here on. */
function afterRepeats(at: usize, end: usize, inParentheses: bool): usize {
  for (let next = at; next != 0;) {
    at = next;
    next = afterRepeat(at, end, inParentheses);
  }
  return at;
}

/** The address after one of them; 0 when there is none. */
function afterRepeat(at: usize, end: usize, inParentheses: bool): usize {
  at = after(COMMA, at, end);
  if (at != 0 && inParentheses) at = after(OPEN, at, end);
  if (at != 0) at = after(MARK, at, end);
  return at != 0 && inParentheses ? after(CLOSE, afterRepeats(at, end, false), end) : at;
}

/** The address after this byte, which may follow blanks; 0 when there is another byte. */
function after(byte: u32, at: usize, end: usize): usize {
  while (at < end && isBlank(load<u8>(at))) at++;
  return at < end && load<u8>(at) == byte ? at + 1 : 0;
}

function isBlank(byte: u32): bool {
  return byte == 0x20 || byte - 0x09 < 5;
}

function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
}

function isLetter(byte: u32): bool {
  return (byte | 0x20) - 0x61 < 26;
}
