import type { Signal } from '../../../src/abi';
import { guestWith } from '../../support/guests';

export const consuming = (
  does: string,
  more = '',
  imports = '',
  signal: Signal = 'traces',
): Promise<Uint8Array> =>
  guestWith({
    imports: `(import "otelwasm" "log" (func $log (param i32 i32 i32)))
      (import "otelwasm" "set_result_${signal}" (func $result (param i32 i32))) ${imports}`,
    memory: '(memory (export "memory") 1100)',
    consume: `(func (export "consume_${signal}") (param i32 i32) (result i32) ${does} (i32.const 0))`,
    more,
  });

export const stored = (bytes: readonly number[]): string =>
  bytes.map((byte, at) => `(i32.store8 (i32.const ${at}) (i32.const ${byte}))`).join('\n');

/**
 * Some bytes, a power of two, written over 64 MiB of memory and returned; `header`, a multiple of their size, is put over
 * the beginning.
 */
export const returning = (
  bytes: readonly number[],
  size?: number,
  header?: readonly number[],
  signal?: Signal,
): Promise<Uint8Array> => consuming(result(bytes, size, header), '', '', signal);
export const result = (bytes: readonly number[], size = 2 ** 26, header: readonly number[] = []): string =>
  `${stored(bytes)}
  (local.set 0 (i32.const ${bytes.length}))
  (loop $more (memory.copy (local.get 0) (i32.const 0) (local.get 0))
    (br_if $more (i32.lt_u (local.tee 0 (i32.shl (local.get 0) (i32.const 1))) (i32.const ${2 ** 25 + 1}))))
  ${stored(header)}
  (call $result (i32.const 0) (i32.const ${size}))`;

/** The beginnings of so many messages, each the only one in the one before, in a payload of `size` bytes. */
export const headers = (size: number, ...tags: number[]): number[] =>
  tags.flatMap((tag, index) => {
    const content = size - 5 * (index + 1);
    return [
      tag,
      (content & 0x7f) | 0x80,
      ((content >> 7) & 0x7f) | 0x80,
      ((content >> 14) & 0x7f) | 0x80,
      content >> 21,
    ];
  });
export const MILLION = 2 ** 20;
/** Bytes of as many fields of two bytes as the envelopes of a result can have. */
export const MANY = 2 ** 19;

export const WASI = (name: string, parameters: string): string =>
  `(import "wasi_snapshot_preview1" "${name}" (func $wasi (param ${parameters}) (result i32)))`;
/** Writes `size` bytes of memory to stdout, without end or once. */
export const writing = (size: number, end: '' | '(br $l)' = '(br $l)'): Promise<Uint8Array> =>
  consuming(
    `(memory.fill (i32.const 64) (i32.const 120) (i32.const ${size - 1})) (i32.store8 (i32.const ${63 + size}) (i32.const 10))
     (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const ${size}))
     (loop $l (drop (call $wasi (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) ${end})`,
    '',
    WASI('fd_write', 'i32 i32 i32 i32'),
  );

/** What a guest does in other functions than `consume_traces`. */
export const emitting = (does: string, imports = ''): Promise<Uint8Array> =>
  consuming('', `(func (export "start_traces_receiver") (local i32) ${does})`, imports);
export const collecting = (does: string): Promise<Uint8Array> =>
  guestWith({
    imports: '(import "otelwasm" "set_result_metrics" (func $result (param i32 i32)))',
    memory: '(memory (export "memory") 1100)',
    more: `(func (export "collect_metrics") (result i32) (local i32) ${does} (i32.const 0))`,
  });
