import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LinearMemory } from '../../src/wasm/memory';
import { WASI_FUNCTION_NAMES, WASI_SIGNATURES, type WasiName } from '../../src/wasi';
import { ERRNO } from '../../src/wasi/errno';
import { hosted, type Hosted, PAGE_BYTES } from './hosted';
import { runs } from '../support/runs';

const { EFAULT, EINVAL } = ERRNO;

/** A good place for anything, and pointers past the end in every way: just so, far, and negative as i32. */
const GOOD = 1_024;
const BAD = [PAGE_BYTES - 3, PAGE_BYTES, 2 ** 31, -1, -8];

/** Calls that succeed as they stand, and which of their parameters are pointers. */
const CALLS: readonly [name: WasiName, values: (number | bigint)[], pointers: number[]][] = [
  ['args_get', [GOOD, GOOD + 64], [0, 1]],
  ['args_sizes_get', [GOOD, GOOD + 64], [0, 1]],
  ['environ_get', [GOOD, GOOD + 64], [0, 1]],
  ['environ_sizes_get', [GOOD, GOOD + 64], [0, 1]],
  ['clock_res_get', [0, GOOD], [1]],
  ['clock_time_get', [1, 0n, GOOD], [2]],
  ['fd_fdstat_get', [1, GOOD], [1]],
  ['fd_filestat_get', [1, GOOD], [1]],
  ['fd_read', [0, GOOD, 1, GOOD], [1, 3]],
  ['fd_write', [1, GOOD, 1, GOOD], [1, 3]],
  ['poll_oneoff', [GOOD, GOOD, 1, GOOD], [0, 1, 3]],
  ['random_get', [GOOD, 16], [0]],
];

function call({ f }: Hosted, name: WasiName, values: readonly (number | bigint)[]): number {
  return (f[name] as (...values: (number | bigint)[]) => number)(...values);
}

/** With something to hand over, and at GOOD an iovec that names a line: none of it may come out of a refused call. */
function granted(): Hosted {
  const host = hosted({ args: ['guest', '-v'], env: { NAME: 'value' } });
  host.memory.view.setUint32(GOOD, 2 * GOOD, true);
  host.memory.view.setUint32(GOOD + 4, 5, true);
  host.memory.write(2 * GOOD, Buffer.from('line\n'), 'line');
  return host;
}

describe('wasi bad pointers, sizes and counts', () => {
  for (const [name, values, pointers] of CALLS) {
    it(`${name} returns EFAULT and changes nothing`, () => {
      assert.equal(call(granted(), name, values), ERRNO.SUCCESS);
      for (const pointer of pointers) {
        for (const bad of BAD) {
          const host = granted();
          const before = host.memory.bytes.slice();
          assert.equal(call(host, name, values.with(pointer, bad)), EFAULT, `${name} ${pointer} ${bad}`);
          assert.deepEqual(host.memory.bytes, before);
          assert.deepEqual([host.lines, host.slept], [[], []]);
        }
      }
    });

    it(`${name} returns EFAULT before there is a memory`, () => {
      const host = hosted({ args: ['guest'], env: { NAME: 'value' } }, { memory: new LinearMemory() });
      assert.equal(call(host, name, values), EFAULT);
    });
  }

  it('reads a record at the end of memory', () => {
    const { f, memory } = hosted();
    assert.equal(f.clock_time_get(1, 0n, PAGE_BYTES - 8), 0);
    assert.equal(memory.view.getBigUint64(PAGE_BYTES - 8, true), 5_000_000_000n);
  });

  it('random_get of 4 GiB less one fails because it exceeds memory', () => {
    assert.equal(hosted().f.random_get(GOOD, -1), EFAULT);
    assert.equal(hosted().f.random_get(0, PAGE_BYTES + 1), EFAULT);
  });

  it('fd_write limits the count, the pieces and their total', () => {
    const host = hosted();
    assert.equal(host.f.fd_write(1, 0, 1_025, 0), EINVAL);
    assert.equal(host.f.fd_write(1, 0, -1, 0), EINVAL);
    assert.equal(host.f.fd_write(1, PAGE_BYTES - 8 * 1_023, 1_024, 0), EFAULT);
    host.memory.view.setUint32(8, PAGE_BYTES, true);
    host.memory.view.setUint32(12, 1, true);
    assert.equal(host.f.fd_write(1, 0, 2, 100), EFAULT);
    assert.deepEqual(host.lines, []);
  });

  it('fd_write rejects a total that a guest would read as negative', () => {
    const memory = new LinearMemory();
    memory.attach(new WebAssembly.Memory({ initial: 64 }));
    const { f } = hosted({}, { memory });
    for (let index = 0; index < 1_024; index++) memory.view.setUint32(index * 8 + 4, 64 * PAGE_BYTES, true);
    assert.equal(f.fd_write(1, 0, 1_024, 8), EINVAL);
    assert.equal(f.fd_write(1, 0, 511, 8_192), 0);
    assert.equal(memory.view.getUint32(8_192, true), 511 * 64 * PAGE_BYTES);
  });

  it('poll_oneoff limits the count', () => {
    const { f } = hosted();
    assert.equal(f.poll_oneoff(0, 0, 0, 0), EINVAL);
    assert.equal(f.poll_oneoff(0, 0, 4_097, 0), EINVAL);
    assert.equal(f.poll_oneoff(0, 0, -1, 0), EINVAL);
    assert.equal(f.poll_oneoff(0, 0, 2_000, 0), EFAULT);
  });

  it('with random values, no function throws, writes outside memory or returns an invalid errno', () => {
    const i32 = fc.oneof(
      fc.integer(),
      fc.integer({ min: 0, max: 64 }),
      fc.integer({ min: PAGE_BYTES - 64, max: PAGE_BYTES }),
    );
    const i64 = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constant(0n));
    const anyCall = fc
      .constantFrom(...WASI_FUNCTION_NAMES.filter(name => name !== 'proc_exit'))
      .chain(name =>
        fc.tuple(
          fc.constant(name),
          fc.tuple(...WASI_SIGNATURES[name].parameters.map(type => (type === 'i64' ? i64 : i32))),
        ),
      );
    const content = fc.uint8Array({ minLength: 256, maxLength: 256 });
    fc.assert(
      fc.property(content, fc.array(anyCall, { maxLength: 20 }), (bytes, calls) => {
        const host = granted();
        host.memory.write(0, bytes, 'content');
        for (const [name, values] of calls) {
          const errno = call(host, name, values);
          assert.ok(Number.isInteger(errno) && errno >= 0 && errno <= 76, `${name}: ${errno}`);
        }
        host.wasi.flush();
      }),
      { numRuns: runs(300) },
    );
  });
});
