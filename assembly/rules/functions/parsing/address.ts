/** Parses a URL like Go's url.Parse. */
import { escaped, FRAGMENT, HOST, isWellFormed, isPlain, PATH, unescaped, USER } from './escapes';
import { byteAt, find, isText, concatTexts, part, placeOf, equalTexts, startsWith } from './pieces';
import { isV4, readAddress } from '../../text/addresses';
import { Builder } from '../../values/builder';
import { textOf } from '../../text/texts';
import { NIL, Val } from '../../values/val';

export let scheme: Val = NIL;
/** The part after the scheme of a URL without a slash there. */
export let opaque: Val = NIL;
export let hasUser: bool = false;
export let user: Val = NIL;
export let hasPassword: bool = false;
export let password: Val = NIL;
export let host: Val = NIL;
export let path: Val = NIL;
export let query: Val = NIL;
export let fragment: Val = NIL;
let rawPath: Val = NIL;
let rawFragment: Val = NIL;
let forcesQuery: bool = false;
let omitsHost: bool = false;

const COLON: u32 = 58;
const SLASH: u32 = 47;

/** Parses a URL. Returns what is wrong with it, or an empty string. */
export function readUrl(whole: Val): string {
  scheme = opaque = user = password = host = path = query = fragment = rawPath = rawFragment = part(whole, 0, 0);
  hasUser = hasPassword = forcesQuery = omitsHost = false;
  const hash = placeOf(whole, 35);
  const reason = readBody(part(whole, 0, hash));
  if (reason.length > 0 || hash == whole.size) return reason;
  rawFragment = part(whole, hash + 1, whole.size);
  fragment = unescaped(rawFragment, FRAGMENT);
  return isWellFormed ? '' : 'a percent sign must be followed by two hexadecimal digits';
}

function readBody(text: Val): string {
  for (let i: usize = 0; i < text.size; i++) {
    if (byteAt(text, i) < 32 || byteAt(text, i) == 127) return 'an address cannot contain control characters';
  }
  if (isText(text, '*')) {
    path = rawPath = text;
    return '';
  }
  const colon = schemeEnd(text);
  if (colon == 0) return 'the scheme is missing';
  let rest = text;
  if (colon > 0) {
    scheme = lower(part(text, 0, colon));
    rest = part(text, colon + 1, text.size);
  }
  const mark = placeOf(rest, 63);
  forcesQuery = rest.size > 0 && mark == rest.size - 1;
  if (mark < rest.size) query = part(rest, mark + 1, rest.size);
  rest = part(rest, 0, mark);
  if (rest.size == 0 || byteAt(rest, 0) != SLASH) {
    if (scheme.size > 0) {
      opaque = rest;
      return '';
    }
    const segment = part(rest, 0, placeOf(rest, SLASH));
    if (placeOf(segment, COLON) < segment.size) return 'the first segment of a path cannot contain a colon';
  }
  if (startsWith(rest, '//') && (scheme.size > 0 || !startsWith(rest, '///'))) {
    const end = placeOf(rest, SLASH, 2);
    const reason = readAuthority(part(rest, 2, end));
    if (reason.length > 0) return reason;
    rest = part(rest, end, rest.size);
  } else omitsHost = scheme.size > 0 && startsWith(rest, '/');
  rawPath = rest;
  path = unescaped(rest, PATH);
  return isWellFormed ? '' : 'a percent sign must be followed by two hexadecimal digits';
}

/** The end of the scheme; -1 if there is none. */
function schemeEnd(text: Val): isize {
  for (let i: usize = 0; i < text.size; i++) {
    const byte = byteAt(text, i);
    if ((byte | 32) - 97 < 26) continue;
    if (byte - 48 < 10 || byte == 43 || byte == 45 || byte == 46) {
      if (i == 0) return -1;
    } else return byte == COLON ? <isize>i : -1;
  }
  return -1;
}

function lower(text: Val): Val {
  const builder = new Builder(text.size);
  for (let i: usize = 0; i < text.size; i++) builder.byte(byteAt(text, i) - 65 < 26 ? byteAt(text, i) | 32 : byteAt(text, i));
  return builder.text();
}

function readAuthority(text: Val): string {
  let at = text.size;
  while (at > 0 && byteAt(text, at - 1) != 64) at--;
  const reason = readHost(part(text, at, text.size));
  if (reason.length > 0 || at == 0) return reason;
  const info = part(text, 0, at - 1);
  for (let i: usize = 0; i < info.size; i++) {
    if (!isPlain(byteAt(info, i), "-._:~!$&'()*+,;=%@")) return 'the user is malformed';
  }
  hasUser = true;
  const colon = placeOf(info, COLON);
  user = unescaped(part(info, 0, colon), USER);
  if (!isWellFormed) return 'the user is malformed';
  hasPassword = colon < info.size;
  if (hasPassword) password = unescaped(part(info, colon + 1, info.size), USER);
  return isWellFormed ? '' : 'the password is malformed';
}

function readHost(text: Val): string {
  const bracket = lastPlace(text, 91);
  if (bracket > 0) return 'the host is malformed';
  if (bracket == 0) return readLiteral(text);
  let colon = placeOf(text, COLON);
  const last = lastPlace(text, COLON);
  if (<isize>colon != last && !isText(scheme, 'http') && !isText(scheme, 'https')) colon = <usize>max(last, 0);
  if (last >= 0 && !isPort(part(text, colon, text.size))) return 'the port is malformed';
  host = unescaped(text, HOST);
  return isWellFormed ? '' : 'the host is malformed';
}

/** Reads an IPv6 address in brackets, with an optional zone. */
function readLiteral(text: Val): string {
  const end = lastPlace(text, 93);
  if (end < 0 || !isPort(part(text, <usize>end + 1, text.size))) return 'the host is malformed';
  const name = part(text, 1, <usize>end);
  const zone = find(name, '%25');
  const address = unescaped(zone < 0 ? name : part(name, 0, <usize>zone), HOST);
  if (!isWellFormed || !readAddress(address) || (isV4 && placeOf(address, COLON) == address.size)) return 'the host is malformed';
  let whole = address;
  if (zone >= 0) whole = concatTexts(address, unescaped(part(name, <usize>zone, name.size), HOST, true));
  if (!isWellFormed || (zone >= 0 && whole.size == address.size + 1)) return 'the host is malformed';
  host = concatTexts(concatTexts(textOf('['), whole), part(text, <usize>end, text.size));
  return '';
}

function lastPlace(text: Val, byte: u32): isize {
  let at = <isize>text.size - 1;
  while (at >= 0 && byteAt(text, <usize>at) != byte) at--;
  return at;
}

/** Whether a text is empty, or a colon followed by digits. */
export function isPort(text: Val): bool {
  if (text.size == 0) return true;
  for (let i: usize = 1; i < text.size; i++) if (byteAt(text, i) - 48 >= 10) return false;
  return byteAt(text, 0) == COLON;
}

/** Formats the parsed URL. */
export function writtenUrl(): Val {
  const to = new Builder();
  if (scheme.size > 0) {
    to.value(scheme);
    to.byte(COLON);
  }
  if (opaque.size > 0) to.value(opaque);
  else {
    if ((scheme.size > 0 || host.size > 0 || hasUser) && !(omitsHost && host.size == 0 && !hasUser)) {
      if (host.size > 0 || path.size > 0 || hasUser) to.string('//');
      if (hasUser) {
        to.value(writtenUser());
        to.byte(64);
      }
      to.value(escaped(host, HOST));
    }
    const written = rawOr(rawPath, path, PATH);
    if (written.size > 0 && byteAt(written, 0) != SLASH && host.size > 0) to.byte(SLASH);
    const segment = part(written, 0, placeOf(written, SLASH));
    if (to.size == 0 && placeOf(segment, COLON) < segment.size) to.string('./');
    to.value(written);
  }
  if (forcesQuery || query.size > 0) {
    to.byte(63);
    to.value(query);
  }
  if (fragment.size > 0) {
    to.byte(35);
    to.value(rawOr(rawFragment, fragment, FRAGMENT));
  }
  return to.text();
}

export function writtenUser(): Val {
  const name = escaped(user, USER);
  return hasPassword ? concatTexts(concatTexts(name, textOf(':')), escaped(password, USER)) : name;
}

/** The raw text if all its bytes are allowed; otherwise the plain text, escaped. */
function rawOr(raw: Val, plain: Val, allowed: string): Val {
  if (isText(raw, '*') || equalTexts(raw, plain)) {
    const whole = escaped(plain, allowed);
    if (equalTexts(whole, raw) || isText(raw, '*')) return raw;
  }
  for (let i: usize = 0; i < raw.size; i++) {
    if (!isPlain(byteAt(raw, i), allowed) && !isPlain(byteAt(raw, i), "!$&'()*+,;=:@[]%")) return escaped(plain, allowed);
  }
  return raw;
}
