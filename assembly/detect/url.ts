/** Secrets in URLs. */
import { ALPHANUMERIC, DASH, is, skipBack, startsWith } from './bytes';
import { found } from './found';

// The previous @, and how far the scan back from it went: a run of them is scanned once.
let lastAt: usize = 0;
let lastFirst: usize = 0;
let lastColon: usize = 0;

/** Must be called before each text. */
export function forgetUrl(): void {
  lastAt = 0;
}

/** The name and password before the @ at `at`: everything between `://` and the last @ of the authority. */
export function isUrlPassword(at: usize, start: usize, end: usize): bool {
  let colon: usize = 0;
  let first = at;
  while (first > start && !endsPart(load<u8>(first - 1))) {
    first--;
    const byte = load<u8>(first);
    if (byte == 0x3a) colon = first;
    else if (first == lastAt) {
      if (lastColon != 0) colon = lastColon;
      first = lastFirst;
      break;
    }
  }
  lastAt = at;
  lastFirst = first;
  lastColon = colon;
  if (colon == 0 || first - start < 3 || !startsWith(first - 3, at, '://')) return false;
  // A password may contain an @.
  let last = at;
  for (let next = at + 1; next < end && !endsPart(load<u8>(next)); next++) {
    if (load<u8>(next) == 0x40) last = next;
  }
  return found(first, last);
}

/** Characters that end a name or host: blanks, controls, and `/ ? # " < >`. */
function endsPart(byte: u32): bool {
  return byte <= 0x20 || byte == 0x2f || byte == 0x3f || byte == 0x23 || byte == 0x22 || byte == 0x3c || byte == 0x3e;
}

/** Query parameters that sign or authorize a request, as named by semantic conventions, clouds and OAuth. */
const SIGNATURE_PARAMETERS: StaticArray<string> = [
  'sig',
  'Signature',
  'AWSAccessKeyId',
  'X-Goog-Signature',
  'X-Amz-Signature',
  'X-Amz-Credential',
  'X-Amz-Security-Token',
  'access_token',
  'refresh_token',
  'client_secret',
  'password',
  'api_key',
  'apikey',
  'apiKey',
];

/** Names of query parameters with secret values. */
export class SecretParameters {
  private names: StaticArray<string> = SIGNATURE_PARAMETERS;
  /** A bit for the mark of each name. It excludes nearly all other names. */
  private marks: u64 = 0;

  constructor() {
    for (let i = 0; i < this.names.length; i++) this.mark(this.names[i]);
  }

  add(names: string[]): void {
    this.names = this.names.concat<StaticArray<string>>(StaticArray.fromArray<string>(names));
    for (let i = 0; i < names.length; i++) this.mark(names[i]);
  }

  private mark(name: string): void {
    if (name.length > 0) this.marks |= (<u64>1) << markOf(name.length, name.charCodeAt(name.length - 1));
  }

  /** True when the name that ends before `end` is one of them. */
  has(start: usize, end: usize): bool {
    if (!((this.marks >> markOf(end - start, load<u8>(end - 1))) & 1)) return false;
    for (let i = 0; i < this.names.length; i++) {
      const name = unchecked(this.names[i]);
      if (<usize>name.length == end - start && startsWith(start, end, name)) return true;
    }
    return false;
  }
}

@inline function markOf(size: usize, last: u32): u64 {
  return (<u64>size * 5 + last) & 63;
}

/**
 * The value of a parameter with one of these names, whose = is at `at`. Also the first parameter of a query without a
 * URL.
 */
export function isUrlSignature(parameters: SecretParameters, at: usize, start: usize, end: usize): bool {
  const name = skipBack(at, start, ALPHANUMERIC | DASH);
  if (name == at) return false;
  const isFirst = name == start;
  if (!isFirst && load<u8>(name - 1) != 0x3f && load<u8>(name - 1) != 0x26) return false;
  if (!parameters.has(name, at)) return false;
  let last = at + 1;
  while (last < end && load<u8>(last) != 0x26 && !endsPart(load<u8>(last))) last++;
  // If the text begins with it, the text may not be a query.
  if (isFirst && last < end && load<u8>(last) != 0x26) return false;
  return last > at + 1 && found(at + 1, last);
}
