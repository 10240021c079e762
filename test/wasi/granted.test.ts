import assert from 'node:assert/strict';
import type { WasiOptions } from '../../src/wasi';
import { hosted, type Hosted, instantiate } from './hosted';

/** What `*_sizes_get` and `*_get` of a guest with nothing else in mind read. */
function strings({ f, memory }: Hosted, kind: 'args' | 'environ'): string[] {
  assert.equal(f[`${kind}_sizes_get`](0, 4), 0);
  const count = memory.view.getUint32(0, true);
  const size = memory.view.getUint32(4, true);
  assert.equal(f[`${kind}_get`](8, 1_000), 0);
  const all = Buffer.from(memory.bytes.slice(1_000, 1_000 + size));
  return Array.from({ length: count }, (_, index) => {
    const start = memory.view.getUint32(8 + index * 4, true) - 1_000;
    return all.subarray(start, all.indexOf(0, start)).toString();
  });
}

describe('wasi grants', () => {
  it('grants no arguments and no environment by default', () => {
    assert.deepEqual(strings(hosted(), 'args'), []);
    assert.deepEqual(strings(hosted(), 'environ'), []);
  });

  it('passes arguments and environment unchanged in UTF-8', () => {
    const host = hosted({ args: ['guest', '', 'größe'], env: { A: '1', ÄÖ: 'x=y', E: '' } });
    assert.deepEqual(strings(host, 'args'), ['guest', '', 'größe']);
    assert.deepEqual(strings(host, 'environ'), ['A=1', 'ÄÖ=x=y', 'E=']);
  });

  it('rejects strings that contain NUL', () => {
    const refused: WasiOptions[] = [
      { args: ['a\0b'] },
      { args: [1 as unknown as string] },
      { env: { A: 'a\0b' } },
      { env: { 'A=B': 'c' } },
      { env: { '': 'c' } },
      { env: { 'A\0': 'c' } },
      { env: { A: undefined as unknown as string } },
    ];
    for (const options of refused) {
      assert.throws(() => hosted(options), { code: 'INVALID_OPTION' }, JSON.stringify(options));
    }
  });

  it('random_get fills exactly its range, also beyond 65,536 bytes', () => {
    const { f, memory } = hosted();
    assert.equal(f.random_get(1, 65_534), 0);
    assert.equal(memory.bytes[0], 0);
    assert.equal(memory.bytes[65_535], 0);
    const last = memory.range(65_000, 535, 'end').slice();
    assert.ok(new Set(last).size > 100);

    const large = new WebAssembly.Memory({ initial: 4 });
    memory.attach(large);
    assert.equal(f.random_get(0, 200_000), 0);
    assert.ok(new Set(memory.range(199_000, 1_000, 'end').slice()).size > 100);
    assert.ok(
      memory
        .range(200_000, 1_000, 'beyond')
        .slice()
        .every(byte => byte === 0),
    );
  });

  it('offers sched_yield but not proc_raise', () => {
    assert.equal(hosted().f.sched_yield(), 0);
    assert.equal(hosted().f.proc_raise(9), 52);
  });

  it('proc_exit unwinds through the guest with its code', async () => {
    const host = hosted();
    const guest = await instantiate('exits', host);
    assert.equal(host.wasi.exit?.exitCode, undefined);
    assert.throws(() => guest.exit(3), { name: 'GuestExit', exitCode: 3 });
    assert.equal(host.wasi.exit?.exitCode, 3);
  });

  it('proc_exit counts even if the guest catches it', async () => {
    const host = hosted();
    const guest = await instantiate('exits', host);
    assert.equal(guest.swallow(4), 1);
    assert.equal(host.wasi.exit?.exitCode, 4);
  });
});
