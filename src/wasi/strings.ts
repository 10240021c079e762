import { OtelWasmError } from '../abi';
import type { LinearMemory } from '../wasm';
import { isInBounds, putU32 } from './memoryAccess';
import { ERRNO } from './errno';

/** A list of NUL-terminated strings with its sizes, for `args_*` and `environ_*`. */
export interface StringList {
  readonly get: (pointers: number, buffer: number) => number;
  readonly sizesGet: (count: number, bytes: number) => number;
}

export function createStringList(memory: LinearMemory, strings: readonly string[]): StringList {
  const encoded = strings.map(text => Buffer.from(`${text}\0`));
  const all = Buffer.concat(encoded);
  return {
    get(pointers, buffer) {
      if (!isInBounds(memory, pointers, encoded.length * 4) || !isInBounds(memory, buffer, all.length)) {
        return ERRNO.EFAULT;
      }
      let at = buffer >>> 0;
      encoded.forEach((text, index) => {
        putU32(memory, (pointers >>> 0) + index * 4, at);
        at += text.length;
      });
      memory.write(buffer, all, 'strings');
      return ERRNO.SUCCESS;
    },
    sizesGet(count, bytes) {
      if (!isInBounds(memory, count, 4) || !isInBounds(memory, bytes, 4)) return ERRNO.EFAULT;
      putU32(memory, count, encoded.length);
      return putU32(memory, bytes, all.length);
    },
  };
}

/**
 * `NAME=value`, as the guest's C library splits it. Throws `INVALID_OPTION` for a name or value that this form cannot
 * hold.
 */
export function environStrings(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).map(([name, value]) => {
    if (name === '' || name.includes('=')) {
      throw new OtelWasmError(
        'INVALID_OPTION',
        `wasi.env: ${JSON.stringify(name)} cannot be the name of a variable; allowed is text without "="`,
      );
    }
    return `${checked(name, 'wasi.env: a name')}=${checked(value, `wasi.env.${name}`)}`;
  });
}

/** The arguments, unchanged. Throws `INVALID_OPTION` for one that a NUL-terminated string cannot hold. */
export function argumentStrings(args: readonly string[]): string[] {
  return args.map((value, index) => checked(value, `wasi.args[${index}]`));
}

function checked(value: unknown, option: string): string {
  if (typeof value !== 'string' || value.includes('\0')) {
    throw new OtelWasmError(
      'INVALID_OPTION',
      `${option} is ${JSON.stringify(value)}; allowed is text without NUL characters`,
    );
  }
  return value;
}
