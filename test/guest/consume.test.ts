import assert from 'node:assert/strict';
import type { OtelWasmError } from '../../src/abi/errors';
import type { ConsumeOutcome } from '../../src/guest';
import { guestWith } from '../support/guests';
import { tracesOf } from '../support/spans';
import { bytes, instantiated, MEBIBYTE, started } from '../sandbox/fuel/instantiated';

const INPUT = bytes(10, 2, 8, 1);

function changed(outcome: ConsumeOutcome): Uint8Array {
  assert.equal(outcome.status, 'changed');
  return (outcome as { bytes: Uint8Array }).bytes;
}

function errorOf(outcome: ConsumeOutcome, status: ConsumeOutcome['status']): OtelWasmError {
  assert.equal(outcome.status, status);
  return (outcome as { error: OtelWasmError }).error;
}

describe('consume', () => {
  it('passes the batch unchanged on success without a result', async () => {
    const { instance } = await started('unchanged');
    assert.deepEqual(instance.consume(INPUT), { status: 'unchanged' });
  });

  it('returns a copy of the result that later calls do not change', async () => {
    const { instance } = await started('echoes');
    const first = changed(instance.consume(INPUT));
    assert.deepEqual(first, INPUT);
    instance.consume(bytes(1, 1, 1, 1));
    assert.deepEqual(first, INPUT);
  });

  it('returns several results in order', async () => {
    const { instance } = await started('echoesTwice');
    assert.deepEqual(changed(instance.consume(INPUT)), bytes(10, 2, 8, 1, 10, 2, 8, 1));
    const traces = tracesOf('a', 'b');
    assert.deepEqual(changed(instance.consume(traces)), Uint8Array.from([...traces, ...traces]));
  });

  it('returns an empty result when everything was dropped', async () => {
    const { instance } = await started('dropsEverything');
    assert.deepEqual(changed(instance.consume(INPUT)), bytes());
  });

  it('passes an empty payload as consume(0, 0) without alloc', async () => {
    const { instance } = await started('trapsOnEmpty');
    assert.deepEqual(instance.consume(bytes()), { status: 'unchanged' });
    assert.equal(instance.consume(INPUT).status, 'failed');
  });

  it('ignores results of an exporter and logs one debug line', async () => {
    const { instance, lines } = await started('echoes', { role: 'exporter' });
    for (let call = 0; call < 3; call++) assert.deepEqual(instance.consume(INPUT), { status: 'unchanged' });
    assert.deepEqual(lines, ['debug: set_result_traces is ignored: this call does not accept traces']);
  });

  it('ignores a result of another signal and logs one debug line', async () => {
    const { instance, lines } = await started('resultOfAnotherSignal');
    for (let call = 0; call < 3; call++) assert.deepEqual(instance.consume(INPUT), { status: 'unchanged' });
    assert.deepEqual(lines, ['debug: set_result_logs is ignored: this call does not accept logs']);
  });

  it('returns no result for a rejected batch', async () => {
    const { instance } = await started('resultThenRefuses');
    assert.equal(instance.consume(INPUT).status, 'refused');
    assert.equal(instance.death, undefined);
  });

  describe('alloc', () => {
    it('returns 0: fails with ALLOC_FAILED, and the instance stays usable', async () => {
      const { instance } = await started('allocReturnsZero');
      for (let call = 0; call < 2; call++) {
        const error = errorOf(instance.consume(INPUT), 'no_room');
        assert.equal(error.code, 'ALLOC_FAILED');
        assert.match(error.message, /alloc returned 0 for 4 bytes/);
      }
    });

    it('returns 0 above a size: smaller payloads still pass', async () => {
      const { instance } = await started('allocFailsAbove1000Bytes');
      assert.equal(instance.consume(new Uint8Array(1_001)).status, 'no_room');
      assert.equal(changed(instance.consume(new Uint8Array(1_000))).length, 1_000);
    });

    it('reads the pointer as unsigned and traps outside memory', async () => {
      const { instance } = await started('allocOutOfRange');
      const { code, message } = errorOf(instance.consume(INPUT), 'failed');
      assert.equal(code, 'GUEST_TRAP');
      assert.match(
        message,
        /alloc returned: pointer 4294967280 with size 4 is outside the guest's memory of 1048576 bytes/,
      );
    });

    it('accepts a batch that ends exactly at the end of memory', async () => {
      const fits = await started('allocAcrossTheEnd');
      assert.deepEqual(fits.instance.consume(INPUT), { status: 'unchanged' });
      const { code } = errorOf(fits.instance.consume(bytes(1, 2, 3, 4, 5)), 'failed');
      assert.equal(code, 'GUEST_TRAP');
    });

    it('may grow memory before the payload is written', async () => {
      const { instance } = await started('growsInAlloc');
      for (let call = 0; call < 3; call++) assert.deepEqual(changed(instance.consume(INPUT)), INPUT);
    });

    it('accepts a pointer above 2 GiB', async function () {
      const pages = 32_770;
      const { instance } = await started(
        await guestWith({
          imports: '(import "otelwasm" "set_result_traces" (func $result (param i32 i32)))',
          memory: `(memory (export "memory") ${pages})`,
          alloc: '(func (export "alloc") (param i32) (result i32) (i32.const 0x80000100))',
          consume:
            '(func (export "consume_traces") (param i32 i32) (result i32) (call $result (local.get 0) (local.get 1)) (i32.const 0))',
        }),
        { maxMemoryBytes: pages * 65_536 },
      );
      assert.deepEqual(changed(instance.consume(INPUT)), INPUT);
    });
  });

  it('allows memory to grow during consume, before and after a result', async () => {
    const { instance } = await started('growsInConsume');
    for (let call = 1; call <= 3; call++) {
      assert.deepEqual(changed(instance.consume(INPUT)), INPUT);
      assert.equal(instance.memoryBytes, MEBIBYTE + call * 5 * 65_536);
    }
  });

  const outOfRange: [string, RegExp][] = [
    [
      'resultOutOfRange',
      /set_result_traces: pointer 1048570 with size 7 is outside the guest's memory of 1048576 bytes/,
    ],
    ['resultOfNegativeSize', /set_result_traces: pointer 8 with size 4294967295 is outside/],
    ['reasonOutOfRange', /set_status_reason: pointer 4294967295 with size 1 is outside/],
    ['logOutOfRange', /log: pointer 1048576 with size 1 is outside/],
    ['configOutOfRange', /get_plugin_config: pointer 1048575 with size 4 is outside/],
    ['swallowsHostErrors', /set_result_traces: pointer 4294967295 with size 8 is outside/],
  ];
  for (const [name, message] of outOfRange) {
    it(`traps on a range outside memory and reports the range: ${name}`, async () => {
      const { instance } = await started(name);
      const error = errorOf(instance.consume(INPUT), 'failed');
      assert.equal(error.code, 'GUEST_TRAP');
      assert.match(error.message, message);
      assert.equal(instance.death, error);
    });
  }

  describe('status', () => {
    it('other than 0 is an error with the reason of that call, and the instance stays usable', async () => {
      const { instance } = await started('refusesWithReason');
      const first = errorOf(instance.consume(INPUT), 'refused');
      assert.equal(first.code, 'GUEST_STATUS');
      assert.equal(first.message, 'consume_traces returned status 1: the first batch: nö');
      const second = errorOf(instance.consume(INPUT), 'refused');
      assert.equal(second.message, 'consume_traces returned status 2: the guest gave no reason');
    });

    it('does not include the reason of an earlier call', async () => {
      const { instance } = await started('reasonWithSuccess');
      assert.equal(instance.consume(INPUT).status, 'unchanged');
      assert.match(errorOf(instance.consume(INPUT), 'refused').message, /the guest gave no reason/);
    });

    it('includes the last of several reasons', async () => {
      const { instance } = await started('reasonThenRefuses');
      assert.equal(
        errorOf(instance.consume(INPUT), 'refused').message,
        'consume_traces returned status 7: last',
      );
    });

    it('truncates a long reason', async () => {
      const { instance } = await started('hugeReason');
      const { message } = errorOf(instance.consume(INPUT), 'refused');
      assert.match(message, /a{4096}\.\.\. \(1044480 bytes cut\)$/);
    });
  });

  const deadly: [string, string, RegExp][] = [
    ['traps', 'GUEST_TRAP', /the guest trapped: unreachable/],
    ['overflowsStack', 'GUEST_TRAP', /the guest trapped: stack overflow/],
    ['exits', 'GUEST_EXIT', /the guest exited with code 3/],
    ['swallowsExit', 'GUEST_EXIT', /the guest exited with code 4/],
    ['hugeResult', 'GUEST_OUTPUT', /more than 16777216 bytes in one call/],
  ];
  for (const [name, code, message] of deadly) {
    it(`ends the instance when the guest throws: ${name} is ${code}`, async () => {
      const { instance } = await started(name);
      const outcome = instance.consume(INPUT);
      const error = errorOf(outcome, 'failed');
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.equal(instance.death, error);
    });
  }

  it('never calls or shuts down a dead instance', async () => {
    const { instance, lines } = await started(
      await guestWith({
        imports: '(import "otelwasm" "log" (func $log (param i32 i32 i32)))',
        consume:
          '(func (export "consume_traces") (param i32 i32) (result i32) (call $log (i32.const 2) (i32.const 0) (i32.const 0)) unreachable)',
        shutdown:
          '(func (export "shutdown") (result i32) (call $log (i32.const 4) (i32.const 0) (i32.const 0)) (i32.const 0))',
      }),
    );
    const first = instance.consume(INPUT);
    assert.deepEqual(instance.consume(INPUT), first);
    assert.equal(instance.shutdown(), undefined);
    assert.deepEqual(lines, ['info: ']);
  });

  it('traps on types that only a compiled module can hide', async () => {
    const alloc = await guestWith({
      alloc: '(func (export "alloc") (param i32) (result i64) (i64.const 65536))',
    });
    const { instance } = await started(new WebAssembly.Module(Uint8Array.from(alloc)));
    assert.equal(errorOf(instance.consume(INPUT), 'failed').code, 'GUEST_TRAP');
  });

  it('stops a compiled module that grew beyond the limit after the call', async () => {
    const grows = await guestWith({
      consume:
        '(func (export "consume_traces") (param i32 i32) (result i32) (drop (memory.grow (i32.const 300))) (i32.const 0))',
    });
    const { instance } = await started(new WebAssembly.Module(Uint8Array.from(grows)));
    const { code, message } = errorOf(instance.consume(INPUT), 'failed');
    assert.equal(code, 'MEMORY_LIMIT');
    assert.match(message, /grew to 20709376 bytes: maxMemoryBytes allows 16777216/);
  });

  it('runs guests that mix v1 and 0.1.0 names', async () => {
    const { instance } = await started('mixedNaming');
    assert.deepEqual(changed(instance.consume(INPUT)), INPUT);
    assert.equal(instance.shutdown(), undefined);
    const { instance: other } = await instantiated(
      await guestWith({
        marker: '(func (export "otelwasm_abi_version_0_1_0"))',
        alloc: '(func (export "otelwasm_memory_allocate") (param i32) (result i32) (i32.const 8))',
        start: '(func (export "otelwasm_start") (result i32) (i32.const 0))',
        shutdown: '(func (export "otelwasm_shutdown") (result i32) (i32.const 4))',
      }),
    );
    other.start();
    assert.equal(other.consume(INPUT).status, 'unchanged');
    assert.match(String(other.shutdown()?.message), /status 4/);
  });
});
