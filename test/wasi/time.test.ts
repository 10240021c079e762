import assert from 'node:assert/strict';
import { createWasi } from '../../src/wasi';
import { LinearMemory } from '../../src/wasm/memory';
import { hosted, type Hosted, instantiate } from './hosted';

const REALTIME = 0;
const MONOTONIC = 1;
const CLOCK = 0;
const FD_READ = 1;
const FD_WRITE = 2;
const SECOND = 1_000_000_000n;
const INPUT = 0;
const OUTPUT = 8_192;
const COUNT = 16_384;

interface Subscription {
  tag: number;
  /** The clock or descriptor. */
  id: number;
  timeout?: bigint;
  absolute?: boolean;
}

/** Calls poll_oneoff with these, their index as userdata, and reads the events. */
function poll({ f, memory }: Hosted, subscriptions: Subscription[], output = OUTPUT) {
  subscriptions.forEach(({ tag, id, timeout = 0n, absolute = false }, index) => {
    const at = INPUT + index * 48;
    memory.view.setBigUint64(at, BigInt(index), true);
    memory.view.setUint8(at + 8, tag);
    memory.view.setUint32(at + 16, id, true);
    memory.view.setBigUint64(at + 24, timeout, true);
    memory.view.setUint16(at + 40, absolute ? 1 : 0, true);
  });
  assert.equal(f.poll_oneoff(INPUT, output, subscriptions.length, COUNT), 0);
  return Array.from({ length: memory.view.getUint32(COUNT, true) }, (_, index) => {
    const at = output + index * 32;
    return {
      index: Number(memory.view.getBigUint64(at, true)),
      errno: memory.view.getUint16(at + 8, true),
      tag: memory.view.getUint8(at + 10),
      bytes: Number(memory.view.getBigUint64(at + 16, true)),
      flags: memory.view.getUint16(at + 24, true),
    };
  });
}

const clockEvent = (index: number, errno = 0) => ({ index, errno, tag: CLOCK, bytes: 0, flags: 0 });

function time({ f, memory }: Hosted, clock: number): bigint {
  assert.equal(f.clock_time_get(clock, 0n, COUNT), 0);
  return memory.view.getBigUint64(COUNT, true);
}

describe('wasi clocks', () => {
  it('use the clocks of the host', () => {
    const host = hosted();
    assert.equal(time(host, REALTIME), 1_700_000_005_000_000_000n);
    assert.equal(time(host, MONOTONIC), 5_000_000_000n);
    assert.equal(host.f.clock_res_get(REALTIME, COUNT), 0);
    assert.equal(host.memory.view.getBigUint64(COUNT, true), 1_000_000n);
    assert.equal(host.f.clock_res_get(MONOTONIC, COUNT), 0);
    assert.equal(host.memory.view.getBigUint64(COUNT, true), 1n);
  });

  it('use the clocks of the system by default', () => {
    const host = hosted({}, { clocks: undefined });
    const before = BigInt(Date.now()) * 1_000_000n;
    const now = time(host, REALTIME);
    assert.ok(now >= before && now <= BigInt(Date.now()) * 1_000_000n);
    const monotonic = process.hrtime.bigint();
    assert.ok(time(host, MONOTONIC) >= monotonic);
  });

  it('return EINVAL for CPU time and unknown clocks', () => {
    for (const id of [2, 3, 4, -1]) {
      assert.equal(hosted().f.clock_time_get(id, 0n, COUNT), 28);
      assert.equal(hosted().f.clock_res_get(id, COUNT), 28);
    }
  });
});

describe('an app that replaces the clock', () => {
  for (const [now, nanos] of [
    [1_700_000_000_000.5, 1_700_000_000_000_000_000n],
    [NaN, 0n],
    [Infinity, 0n],
    [-1.5, BigInt.asUintN(64, -2_000_000n)],
  ] as const) {
    it(`gives the guest a time and throws nothing: ${now}`, () => {
      const memory = new LinearMemory();
      memory.attach(new WebAssembly.Memory({ initial: 1 }));
      const { imports } = createWasi({}, { memory, writeLine: () => undefined });
      const own = Date.now;
      Date.now = () => now;
      try {
        assert.equal(imports.clock_time_get(REALTIME, 0n, 8), 0);
      } finally {
        Date.now = own;
      }
      assert.equal(memory.view.getBigUint64(8, true), nanos);
    });
  }
});

describe('wasi poll_oneoff', () => {
  it('sleeps for a relative time, on both clocks', () => {
    for (const id of [REALTIME, MONOTONIC]) {
      const host = hosted();
      assert.deepEqual(poll(host, [{ tag: CLOCK, id, timeout: 2n * SECOND }]), [clockEvent(0)]);
      assert.deepEqual(host.slept, [2_000]);
    }
  });

  it('sleeps until an absolute time, on both clocks', () => {
    for (const id of [REALTIME, MONOTONIC]) {
      const host = hosted();
      const timeout = time(host, id) + SECOND / 4n;
      assert.deepEqual(poll(host, [{ tag: CLOCK, id, timeout, absolute: true }]), [clockEvent(0)]);
      assert.deepEqual(host.slept, [250]);
    }
  });

  it('does not sleep until a time in the past', () => {
    const host = hosted();
    const past = time(host, MONOTONIC) - 1n;
    assert.deepEqual(poll(host, [{ tag: CLOCK, id: MONOTONIC, timeout: past, absolute: true }]), [
      clockEvent(0),
    ]);
    assert.deepEqual(poll(host, [{ tag: CLOCK, id: MONOTONIC, timeout: 0n }]), [clockEvent(0)]);
    assert.deepEqual(host.slept, []);
  });

  it('sleeps until the earliest of several timeouts and reports all that are due', () => {
    const host = hosted();
    const soon = time(host, REALTIME) + SECOND;
    const events = poll(host, [
      { tag: CLOCK, id: MONOTONIC, timeout: 3n * SECOND },
      { tag: CLOCK, id: MONOTONIC, timeout: SECOND },
      { tag: CLOCK, id: REALTIME, timeout: soon, absolute: true },
    ]);
    assert.deepEqual(events, [clockEvent(1), clockEvent(2)]);
    assert.deepEqual(host.slept, [1_000]);
  });

  it('reports timeouts that expired while it overslept', () => {
    const host = hosted({}, { sleep: () => void (host.clocks.nanos += 4n * SECOND) });
    const events = poll(host, [
      { tag: CLOCK, id: MONOTONIC, timeout: 5n * SECOND },
      { tag: CLOCK, id: MONOTONIC, timeout: 3n * SECOND },
      { tag: CLOCK, id: MONOTONIC, timeout: SECOND },
    ]);
    assert.deepEqual(events, [clockEvent(1), clockEvent(2)]);
  });

  it('reports standard streams at once, and EBADF for others', () => {
    const host = hosted();
    const events = poll(host, [
      { tag: CLOCK, id: MONOTONIC, timeout: SECOND },
      { tag: FD_READ, id: 0 },
      { tag: FD_WRITE, id: 1 },
      { tag: FD_WRITE, id: 2 },
      { tag: FD_WRITE, id: 0 },
      { tag: FD_READ, id: 1 },
      { tag: FD_READ, id: 3 },
      { tag: CLOCK, id: 2, timeout: SECOND },
    ]);
    assert.deepEqual(events, [
      { index: 1, errno: 0, tag: FD_READ, bytes: 0, flags: 1 },
      { index: 2, errno: 0, tag: FD_WRITE, bytes: 65_536, flags: 0 },
      { index: 3, errno: 0, tag: FD_WRITE, bytes: 65_536, flags: 0 },
      { index: 4, errno: 8, tag: FD_WRITE, bytes: 0, flags: 0 },
      { index: 5, errno: 8, tag: FD_READ, bytes: 0, flags: 0 },
      { index: 6, errno: 8, tag: FD_READ, bytes: 0, flags: 0 },
      clockEvent(7, 28),
    ]);
    assert.deepEqual(host.slept, []);
  });

  it('reads all subscriptions before it writes events over them', () => {
    const events = poll(
      hosted(),
      Array.from({ length: 20 }, () => ({ tag: FD_WRITE, id: 1 })),
      INPUT,
    );
    assert.deepEqual(
      events.map(({ index }) => index),
      Array.from({ length: 20 }, (_, index) => index),
    );
  });

  it('rejects an unknown tag', () => {
    const { f, memory } = hosted();
    memory.view.setUint8(8, 3);
    assert.equal(f.poll_oneoff(0, OUTPUT, 1, COUNT), 28);
  });

  it('accepts the longest possible timeouts', () => {
    for (const absolute of [true, false]) {
      const host = hosted({}, { sleep: millis => host.slept.push(millis) });
      const events = poll(host, [{ tag: CLOCK, id: MONOTONIC, timeout: 2n ** 64n - 1n, absolute }]);
      assert.deepEqual(events, [clockEvent(0)]);
      assert.ok(host.slept[0] > 1.8e13 && Number.isFinite(host.slept[0]));
      // Cut short by 584 years; the clock stays a signed 64-bit number.
      assert.equal(time(host, MONOTONIC), 2n ** 63n - 1n);
    }
  });

  it('counts an interrupted sleep as complete, on the monotonic clock only', async () => {
    const host = hosted({}, { sleep: () => void (host.clocks.nanos += 3n) });
    const realtime = host.clocks.realtime();
    const guest = await instantiate('sleeps', host);
    assert.equal(guest.sleep(10n * SECOND), 10n * SECOND);
    assert.equal(guest.sleep(7n), 7n);
    assert.equal(time(host, REALTIME), realtime + 6n);
  });

  it('really sleeps by default', async () => {
    const memory = new LinearMemory();
    const wasi = createWasi({}, { memory, writeLine: () => undefined });
    const guest = await instantiate('sleeps', { ...hosted(), wasi, memory });
    const start = process.hrtime.bigint();
    assert.ok((guest.sleep(20_000_000n) as bigint) >= 20_000_000n);
    assert.ok(process.hrtime.bigint() - start >= 19_000_000n);
  });

  it("rethrows errors of the host's sleep", async () => {
    const deadline = new Error('deadline');
    const host = hosted(
      {},
      {
        sleep() {
          throw deadline;
        },
      },
    );
    const guest = await instantiate('sleeps', host);
    assert.throws(
      () => guest.sleep(SECOND),
      error => error === deadline,
    );
  });
});
