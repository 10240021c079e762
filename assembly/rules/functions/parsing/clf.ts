import { byteAt, entry, isSpace, isText, part, placeOf, trimmed } from './pieces';
import { literalText, textArg } from '../arguments';
import { Builder } from '../../values/builder';
import { define } from '../../evaluate/call';
import { RunBuilder } from '../../values/runBuilder';
import { error } from '../../values/failure';
import { parseInteger } from '../../numbers/numbers';
import { Node } from '../../program/program';
import { textOf } from '../../text/texts';
import { Kind, Val } from '../../values/val';

const QUOTE: u32 = 34;
const BACKSLASH: u32 = 92;
const LETTERS: string = 'ntrbfv';
const MEANT: string = '\n\t\r\b\f\v';

let line: Val = changetype<Val>(<usize>0);
let at: usize = 0;
let isGood: bool = true;

// Arguments: text, format ("clf" or "combined").
define('ParseCLF', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  const isCombined = isText(literalText(call, 1, textOf('clf')), 'combined');
  line = trimmed(text);
  at = 0;
  isGood = true;
  const host = word();
  blank();
  const identity = word();
  blank();
  const user = word();
  blank();
  const time = bracketed();
  blank();
  const request = unescaped(quoted());
  blank();
  const status = word();
  blank();
  const size = word();
  if (isCombined) blank();
  const referer = isCombined ? quoted() : line;
  if (isCombined) blank();
  const agent = isCombined ? quoted() : line;
  if (!isGood || at != line.size) return error('the line does not have this log format');
  const builder = new RunBuilder();
  entry(builder, 'clf.remote_host', host);
  entry(builder, 'clf.rfc931', identity);
  entry(builder, 'clf.auth_user', user);
  entry(builder, 'clf.timestamp', time);
  entry(builder, 'clf.request', request);
  addRequest(builder, request);
  const code = parseInteger(status, 10);
  if (code === null) return null;
  entry(builder, 'clf.status', code);
  if (!isText(size, '-')) {
    const bytes = parseInteger(size, 10);
    if (bytes === null) return null;
    entry(builder, 'clf.bytes', bytes);
  }
  if (isCombined) {
    entry(builder, 'clf.referer', unescaped(referer));
    entry(builder, 'clf.user_agent', unescaped(agent));
  }
  return builder.end(Kind.Map);
});

/** Adds method, address and protocol, if all three are present. */
function addRequest(to: RunBuilder, request: Val): void {
  const first = placeOf(request, 32);
  const second = first < request.size ? placeOf(request, 32, first + 1) : first;
  if (second == request.size) return;
  entry(to, 'clf.method', part(request, 0, first));
  entry(to, 'clf.request_uri', part(request, first + 1, second));
  entry(to, 'clf.protocol', part(request, second + 1, request.size));
}

function blank(): void {
  if (at < line.size && byteAt(line, at) == 32) at++;
  else isGood = false;
}

function word(): Val {
  const from = at;
  while (at < line.size && !isBlank(byteAt(line, at))) at++;
  if (at == from) isGood = false;
  return part(line, from, at);
}

/** White space like `\s` in a regular expression, which excludes the vertical tab. */
function isBlank(byte: u32): bool {
  return byte != 11 && isSpace(byte);
}

function bracketed(): Val {
  const from = at + 1;
  if (at >= line.size || byteAt(line, at) != 91) {
    isGood = false;
    return line;
  }
  at = placeOf(line, 93, from);
  const inner = part(line, min(from, at), at);
  if (at >= line.size || inner.size == 0) isGood = false;
  else at++;
  return inner;
}

function quoted(): Val {
  const from = at + 1;
  if (at >= line.size || byteAt(line, at) != QUOTE) {
    isGood = false;
    return line;
  }
  for (at = from; at < line.size && byteAt(line, at) != QUOTE; at++) {
    if (byteAt(line, at) == BACKSLASH) at++;
  }
  if (at >= line.size) {
    isGood = false;
    return line;
  }
  return part(line, from, at++);
}

function unescaped(text: Val): Val {
  if (placeOf(text, BACKSLASH) == text.size) return text;
  const builder = new Builder(text.size);
  for (let i: usize = 0; i < text.size; i++) {
    const byte = byteAt(text, i);
    if (byte != BACKSLASH || i + 1 == text.size) {
      builder.byte(byte);
      continue;
    }
    const next = byteAt(text, ++i);
    const place = next < 0x80 ? LETTERS.indexOf(String.fromCharCode(next)) : -1;
    if (next == BACKSLASH || next == QUOTE) builder.byte(next);
    else if (place >= 0) builder.byte(MEANT.charCodeAt(place));
    else if (next == 120 && i + 2 < text.size && hex(byteAt(text, i + 1)) < 16 && hex(byteAt(text, i + 2)) < 16) {
      builder.byte((hex(byteAt(text, i + 1)) << 4) | hex(byteAt(text, i + 2)));
      i += 2;
    } else {
      builder.byte(BACKSLASH);
      builder.byte(next);
    }
  }
  return builder.text();
}

/** The value of a hexadecimal digit; 16 or more for any other byte. */
export function hex(byte: u32): u32 {
  if (byte - 48 < 10) return byte - 48;
  const letter = byte | 32;
  return letter - 97 < 6 ? letter - 87 : 16;
}
