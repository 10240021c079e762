import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { GuestInstance, loadGuest } from '../../src/guest';
import { addInterruptPoints } from '../../src/guest/interruptPoints';
import { readModule } from '../../src/guest/moduleInfo';
import { assemble, guest, guestWith } from '../support/guests';
import { bytes, instantiated } from './instantiated';

function rewritten(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(module);
  return addInterruptPoints(copy, readModule(copy));
}

describe('interrupt points', () => {
  it('stand before each bulk instruction, among instructions of every kind', async () => {
    const module = await assemble(readFileSync(join(__dirname, '../fuzz/manyInstructions.wat'), 'utf8'));
    const changed = rewritten(module);
    assert.ok(WebAssembly.validate(changed));
    // Seven calls of two bytes, a type of three bytes, a function of one and a body of three; sizes stay as long as they were.
    assert.equal(changed.length, module.length + 7 * 2 + 3 + 1 + 3);
    assert.deepEqual(readModule(changed).imports, readModule(module).imports);
    assert.deepEqual([...readModule(changed).exports], [...readModule(module).exports]);
  });

  it('are nowhere in a module without such instructions', async () => {
    const module = await guest('echoes');
    assert.deepEqual(rewritten(module), Uint8Array.from(module));
  });

  it('are also before an instruction whose number is written longer than need be', async () => {
    const module = await assemble(
      '(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 1))))',
    );
    const at = Buffer.from(module).indexOf(Uint8Array.of(0xfc, 11));
    // fc 0b 00 becomes fc 8b 00 00: the body and the code section are one byte longer.
    const longer = Buffer.concat([
      module.subarray(0, at),
      Uint8Array.of(0xfc, 0x8b, 0),
      module.subarray(at + 2),
    ]);
    const { payload } = readModule(module).sections.get(10)!;
    longer[payload - 1]++;
    longer[payload + 1]++;
    assert.ok(WebAssembly.validate(longer));
    assert.equal(rewritten(longer).length, longer.length + 2 + 3 + 1 + 3);
  });

  it('refuse instructions that this host does not know, in functions with bulk instructions', async () => {
    const module = await assemble(
      '(module (memory 1) (func (nop) (memory.fill (i32.const 0) (i32.const 1) (i32.const 1))))',
    );
    const at = Buffer.from(module).indexOf(Uint8Array.of(0x01, 0x41));
    const odd = Uint8Array.from(module);
    odd[at] = 0xf0;
    assert.throws(() => rewritten(odd), { code: 'GUEST_INVALID', message: /instruction 0xf0/ });
  });

  it('end a function that fills its memory a thousand times in a row', async () => {
    const fill = '(memory.fill (i32.const 0) (i32.const 1) (i32.const 67108864))';
    const source = await guestWith({
      memory: '(memory (export "memory") 1024)',
      consume: `(func (export "consume_traces") (param i32 i32) (result i32) ${fill.repeat(1_000)} (i32.const 0))`,
    });
    await instantiated('unchanged');
    const instance = new GuestInstance(loadGuest(source, 'processor', 'traces', 2 ** 26), {
      role: 'processor',
      signal: 'traces',
      pluginConfigJson: 'null',
      guestTimeoutMillis: 100,
      maxMemoryBytes: 2 ** 26,
      log: () => undefined,
    });
    instance.start();
    const start = performance.now();
    const outcome = instance.consume(bytes(1));
    assert.equal(outcome.status === 'failed' && outcome.error.code, 'GUEST_TIMEOUT');
    assert.ok(performance.now() - start < 400, `${performance.now() - start} ms`);
  });
});
