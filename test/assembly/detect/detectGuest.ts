import { compileRaw, type RawExports } from '../rawGuest';

const SOURCE = `
import { SecretScanner } from '../../assembly/detect';

let scanner = new SecretScanner();
const found: usize = heap.alloc(12);

export function reserve(size: usize): usize { return heap.alloc(size); }
export function release(at: usize): void { heap.free(at); }
export function addToken(): void { scanner.addParameters(['token']); }
export function want(detectors: u32): void { scanner = new SecretScanner(detectors); }
function keep(some: bool): usize {
  if (!some) return 0;
  store<u32>(found, <u32>scanner.detector);
  store<u32>(found, <u32>scanner.start, 4);
  store<u32>(found, <u32>scanner.end, 8);
  return found;
}
export function find(at: usize, size: usize): usize { return keep(scanner.findIn(at, size)); }
export function findNext(): usize { return keep(scanner.findNext()); }
export function scanLines(at: usize, size: usize, times: i32): i32 {
  let count = 0;
  for (let i = 0; i < times; i++) {
    for (let from = at, to = at; to <= at + size; to++) {
      if (to < at + size && load<u8>(to) != 10) continue;
      count += i32(scanner.findIn(from, to - from));
      from = to + 1;
    }
  }
  return count;
}
export function findMany(at: usize, size: usize, times: i32): i32 {
  let count = 0;
  for (let i = 0; i < times; i++) {
    if (scanner.findIn(at, size)) do count++; while (scanner.findNext());
  }
  return count;
}
`;

/** The detectors by number, as `assembly/detect/detector.ts` has them. */
export const DETECTORS = [
  ...['card', 'iban', 'email', 'jwt', 'bearer', 'basic', 'privateKey', 'urlPassword', 'urlSignature', 'aws', 'google'],
  ...['azure', 'gitHub', 'gitLab', 'slack', 'stripe', 'openAi', 'anthropic', 'npm', 'phone', 'ipAddress'],
] as const;
export type DetectorName = (typeof DETECTORS)[number];

export interface Found {
  readonly detector: DetectorName;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Runs the detectors over texts. */
export class DetectGuest {
  readonly exports = new WebAssembly.Instance(compileRaw('detect-guest', SOURCE), {}).exports as unknown as RawExports;

  /** Which detectors look from here on. */
  want(...names: DetectorName[]): void {
    this.exports.want(names.reduce((bits, name) => bits | (1 << DETECTORS.indexOf(name)), 0));
  }

  put(bytes: Uint8Array): number {
    const at = this.exports.reserve(bytes.length || 1) >>> 0;
    new Uint8Array(this.exports.memory.buffer).set(bytes, at);
    return at;
  }

  findAll(text: string | Uint8Array): Found[] {
    const bytes = Buffer.from(text as string);
    const at = this.put(bytes);
    const all = this.#findAll(bytes, at);
    this.exports.release(at);
    return all;
  }

  /** The same where memory ends behind the text, so that nothing can be read beyond it. */
  findAllAtEnd(text: string): Found[] {
    const bytes = Buffer.from(text);
    const memory = this.exports.memory;
    if (this.#ownPage === 0) this.#ownPage = memory.grow(1) * 65_536;
    const at = memory.buffer.byteLength - bytes.length;
    if (at < this.#ownPage || memory.buffer.byteLength !== this.#ownPage + 65_536) throw new Error('memory grew');
    new Uint8Array(memory.buffer).set(bytes, at);
    return this.#findAll(bytes, at);
  }

  #ownPage = 0;

  #findAll(bytes: Buffer, at: number): Found[] {
    const all: Found[] = [];
    for (let found = this.exports.find(at, bytes.length); found !== 0; found = this.exports.findNext()) {
      const [detector, start, end] = new Uint32Array(this.exports.memory.buffer, found >>> 0, 3);
      all.push({ detector: DETECTORS[detector], text: bytes.toString('utf8', start, end), start, end });
    }
    return all;
  }
}
