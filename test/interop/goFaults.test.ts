import assert from 'node:assert/strict';
import { collectorExpected, host, needs } from './guests';

const batch = collectorExpected().get('traces')!;

/** What the Go runtime does when a guest goes wrong stays in the guest, and the host says what it was. */
describe('faults of a Go guest', function () {
  before(function () {
    needs(this, 'go/faults');
  });

  const faulty = (fault: string) => {
    const hosted = host('go/faults', { pluginConfig: { fault }, maxMemoryBytes: 64 * 2 ** 20 });
    return { ...hosted, outcome: hosted.instance.consume(batch) };
  };

  for (const [fault, reason] of [
    ['panic', /panic: as configured/],
    ['nil', /panic: runtime error: invalid memory address or nil pointer dereference/],
  ] as const) {
    it(`${fault} in a call is an error of that call, with its reason`, function () {
      const { instance, outcome } = faulty(fault);
      assert.equal(outcome.status, 'refused');
      assert.equal(outcome.error.code, 'GUEST_STATUS');
      assert.match(outcome.error.message, reason);
      assert.equal(instance.death, undefined);
      const large = Buffer.concat(new Array<Uint8Array>(50).fill(batch)); // repeated fields: a batch of 50
      for (let i = 0; i < 500; i++) instance.consume(large);
      assert.ok(instance.memoryBytes <= 24 * 2 ** 20, `${instance.memoryBytes} bytes: payloads stay pinned`);
    });
  }

  for (const [fault, line] of [
    ['goroutinePanic', /panic: as configured/],
    ['goroutineNil', /nil pointer dereference/],
    ['deadlock', /all goroutines are asleep - deadlock!/],
    ['memory', /out of memory/],
    ['recursion', /out of memory/],
  ] as const) {
    it(`${fault} is a trap, and the log has the Go runtime's words`, function () {
      const { instance, outcome, lines } = faulty(fault);
      assert.equal(outcome.status, 'failed');
      assert.equal(outcome.error.code, 'GUEST_TRAP');
      assert.equal(instance.death, outcome.error);
      assert.match(lines.join('\n'), line);
      assert.equal(instance.consume(batch).status, 'failed');
    });
  }

  it('os.Exit is an exit, with its code', function () {
    const { outcome } = faulty('exit');
    assert.equal(outcome.status, 'failed');
    assert.equal(outcome.error.code, 'GUEST_EXIT');
    assert.match(outcome.error.message, /\b3\b/);
  });

  it('an unknown fault is refused at start', function () {
    assert.throws(() => host('go/faults', { pluginConfig: { fault: 'fire' } }), {
      code: 'START_FAILED',
      message: /fault: "fire", allowed are collect, deadlock/,
    });
  });
});

describe('a Go guest that collects garbage in every call', function () {
  before(function () {
    needs(this, 'go/faults');
  });

  it('answers right and keeps its memory steady over 10,000 batches', function () {
    const { instance } = host('go/faults', { pluginConfig: { fault: 'collect' } });
    const right = instance.consume(batch);
    assert.equal(right.status, 'changed');
    const mark: number[] = [];
    for (let i = 0; i < 10_000; i++) {
      const outcome = instance.consume(batch);
      assert.ok(
        outcome.status === 'changed' && Buffer.compare(outcome.bytes, right.bytes) === 0,
        `batch ${i}`,
      );
      if (i % 1_000 === 0) mark.push(instance.memoryBytes);
    }
    assert.equal(mark.at(-1), mark[2], mark.join());
  });

  it('keeps its memory steady without being told to collect', function () {
    const { instance } = host('go/faults', { pluginConfig: { fault: 'none' } });
    for (let i = 0; i < 2_000; i++) instance.consume(batch);
    const settled = instance.memoryBytes;
    for (let i = 0; i < 10_000; i++) instance.consume(batch);
    assert.ok(instance.memoryBytes <= settled + 2 ** 22, `${settled}, then ${instance.memoryBytes} bytes`);
  });
});
