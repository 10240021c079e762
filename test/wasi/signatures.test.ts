import assert from 'node:assert/strict';
import { WASI_FUNCTION_NAMES, WASI_SIGNATURES } from '../../src/wasi';
import { hosted, importedSignatures, instantiate, readWat } from './hosted';

describe('wasi signatures', () => {
  const fixture = importedSignatures(readWat('everyName'));

  it('match the 46 functions of wasi-libc', () => {
    assert.equal(fixture.size, 46);
    assert.deepEqual(WASI_SIGNATURES, Object.fromEntries(fixture));
    assert.deepEqual([...WASI_FUNCTION_NAMES].sort(), [...fixture.keys()].sort());
  });

  it('have an implementation each, callable with these types from a real module', async () => {
    const host = hosted();
    assert.deepEqual(Object.keys(host.f).sort(), [...fixture.keys()].sort());
    const guest = await instantiate('everyName', host);
    for (const name of WASI_FUNCTION_NAMES) {
      const { parameters } = WASI_SIGNATURES[name];
      assert.equal(guest[name].length, parameters.length, name);
      const call = () => guest[name](...parameters.map(type => (type === 'i64' ? -1n : -1)));
      if (name === 'proc_exit') assert.throws(call, { name: 'GuestExit', exitCode: 4_294_967_295 });
      else assert.ok(Number.isInteger(call()), name);
    }
  });

  it('get a stub for other names and types, and the guest loads', async () => {
    const guest = await instantiate('foreignImports', hosted());
    assert.equal(guest.sock_open(0, 0, 0), 52);
    assert.equal(guest.constructor(), 52);
    assert.equal(guest.ticks(1.5), 0n);
    assert.deepEqual(guest.both(), [52, 0]);
    assert.equal(guest.nothing(1n), undefined);
    assert.equal(guest.fd_seek(1, 0, 0, 0), 52);
  });
});
