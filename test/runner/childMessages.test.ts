import assert from 'node:assert/strict';
import fc from 'fast-check';
import { owned } from '../../src/abi';
import { FrameMemory } from '../../src/runner/process/frameMemory';
import { encodeFrame, FrameReader } from '../../src/runner/process/frames';
import { readMessage, toFrame } from '../../src/runner/process/readMessage';
import { processSource } from '../../src/runner/process/source';

describe('messages of a child', () => {
  it('arrive through a pipe in pieces of any size', () => {
    const frame = fc.record({
      header: fc.dictionary(fc.string(), fc.jsonValue()),
      bytes: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 8 }),
        fc.array(fc.nat(40), { minLength: 1 }),
        (frames, sizes) => {
          const all = Buffer.concat(frames.map(({ header, bytes }) => encodeFrame(header, bytes)));
          const reader = new FrameReader(1e6, 1e6);
          const read = [];
          for (let at = 0, turn = 0; at < all.length; turn++) {
            const size = sizes[turn % sizes.length] + 1;
            read.push(...reader.push(all.subarray(at, at + size)));
            at += size;
          }
          const plain = frames.map(({ header, bytes }) => ({
            header: JSON.parse(JSON.stringify(header)),
            bytes,
          }));
          assert.deepEqual(
            JSON.parse(JSON.stringify(read.map(({ header }) => header))),
            plain.map(({ header }) => header),
          );
          assert.deepEqual(
            read.map(({ bytes }) => [...bytes]),
            plain.map(({ bytes }) => [...bytes]),
          );
        },
      ),
    );
  });

  it('are rejected when too large before they arrive', () => {
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32LE(2, 0);
    prefix.writeUInt32LE(1_001, 4);
    assert.throws(() => new FrameReader(10, 1_000).push(prefix), { code: 'GUEST_OUTPUT' });
    prefix.writeUInt32LE(11, 0);
    prefix.writeUInt32LE(0, 4);
    assert.throws(() => new FrameReader(10, 1_000).push(prefix), { code: 'GUEST_OUTPUT' });
    const largest = encodeFrame({ a: 1234 }, new Uint8Array(1_000));
    assert.equal(new FrameReader(10, 1_000).push(largest).length, 1);
  });

  it('are large above 1 MiB until they are complete', () => {
    for (const [size, isLarge] of [
      [2 ** 20, false],
      [2 ** 20 + 1, true],
    ] as const) {
      const reader = new FrameReader(1_000, 2 ** 21);
      const frame = encodeFrame({}, new Uint8Array(size));
      reader.push(frame.subarray(0, -1));
      assert.equal(reader.isReadingLargeFrame, isLarge);
      reader.push(frame.subarray(-1));
      assert.equal(reader.isReadingLargeFrame, false);
    }
  });

  it('are valid or rejected, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), header => {
        try {
          const message = readMessage({ header, ...owned(new Uint8Array(0)) });
          assert.ok(message.kind.length > 0);
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'GUEST_OUTPUT');
        }
      }),
    );
    const forged = [
      { kind: 'emitted', memoryBytes: 1 },
      { kind: 'started', memoryBytes: -1 },
      { kind: 'started', memoryBytes: 1.5 },
      { kind: 'consumed', memoryBytes: 1, outcome: { status: 'changed', bytes: 'x', error: 1 } },
      {
        kind: 'consumed',
        memoryBytes: 1,
        outcome: { status: 'failed', error: { code: 'QUEUE_FULL', message: '' } },
      },
      { kind: 'log', level: 'fatal', text: '' },
      { kind: 'log', level: 'info', text: {} },
      { kind: 'output', stream: 'stdin', line: '' },
      { kind: '__proto__' },
    ];
    for (const header of forged) {
      const bytes = owned(Uint8Array.of(1));
      let message: unknown;
      try {
        message = readMessage({ header, ...bytes });
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'GUEST_OUTPUT');
        continue;
      }
      // Of an outcome only the fields of its kind are taken.
      assert.deepEqual(message, {
        kind: 'consumed',
        memoryBytes: 1,
        outcome: { status: 'changed', ...bytes },
      });
    }
  });

  it('can carry every error of an instance', () => {
    // The program of a process, without what it never reaches.
    const raised = new Set(
      [...processSource().matchAll(/new OtelWasmError\(\s*"(\w+)"/g)].map(([, code]) => code),
    );
    assert.ok(raised.size > 10);
    // The app checks the options and opens the guest before the process starts, and measures its time.
    for (const code of ['INVALID_OPTION', 'GUEST_NOT_FOUND', 'GUEST_TIMEOUT']) raised.delete(code);
    for (const code of raised) {
      const message = { kind: 'not_started', error: { code, message: 'x' } };
      assert.deepEqual(readMessage({ header: message, ...owned(new Uint8Array(0)) }), message);
    }
  });

  it('arrive unchanged', () => {
    const error = { code: 'GUEST_TRAP', message: 'x' } as const;
    for (const message of [
      { kind: 'starting' },
      { kind: 'started', memoryBytes: 5 },
      { kind: 'not_started', error },
      { kind: 'consumed', memoryBytes: 5, outcome: { status: 'unchanged' } },
      { kind: 'consumed', memoryBytes: 5, outcome: { status: 'changed', bytes: Uint8Array.of(1, 2) } },
      { kind: 'consumed', memoryBytes: 5, outcome: { status: 'failed', error } },
      { kind: 'log', level: 'info', text: 'x' },
      { kind: 'output', stream: 'stderr', line: 'x' },
    ] as const) {
      const { header, bytes } = toFrame(message);
      const [frame] = new FrameReader(1e6, 1e6).push(encodeFrame(header, bytes));
      assert.equal(frame.bytes.length, bytes?.length ?? 0);
      // Who takes a result releases it.
      const expected =
        message.kind === 'consumed' && message.outcome.status === 'changed'
          ? { ...message, outcome: { ...message.outcome, release: frame.release } }
          : message;
      assert.deepEqual(readMessage(frame), expected);
    }
  });

  it('reuse released memory, once', () => {
    const reader = new FrameReader(1_000, 1_000);
    const next = (size: number, fill: number) =>
      reader.push(encodeFrame({ kind: 'consumed' }, new Uint8Array(size).fill(fill)))[0];
    const first = next(800, 1);
    const second = next(800, 2);
    assert.notEqual(first.bytes.buffer, second.bytes.buffer);
    first.release();
    const third = next(500, 3);
    assert.equal(third.bytes.buffer, first.bytes.buffer);
    assert.deepEqual([third.bytes.length, third.bytes[0], second.bytes[0]], [500, 3, 2]);
    // It belongs to the third frame now.
    first.release();
    assert.notEqual(next(500, 4).bytes.buffer, third.bytes.buffer);
    // What is much larger than needed goes to the garbage collector.
    third.release();
    assert.notEqual(next(50, 5).bytes.buffer, third.bytes.buffer);
  });

  it('keep the two largest released buffers', () => {
    const memory = new FrameMemory();
    const [small, large, medium] = [600, 1_000, 800].map(size => memory.take(size));
    for (const { release } of [large, small, medium]) release();
    const again = [600, 600, 600].map(size => memory.take(size).bytes.buffer);
    assert.deepEqual(
      again.map(buffer => [small, large, medium].findIndex(({ bytes }) => bytes.buffer === buffer)),
      [2, 1, -1],
    );
  });

  it('leave their buffer to the next reader when incomplete', () => {
    const memory = new FrameMemory();
    const { bytes, release } = memory.take(800);
    release();
    const frame = encodeFrame({ kind: 'consumed' }, new Uint8Array(800).fill(1));
    for (let restart = 0; restart < 3; restart++) {
      const reader = new FrameReader(1_000, 1_000, memory);
      reader.push(frame.subarray(0, 500));
      assert.notEqual(memory.take(800).bytes.buffer, bytes.buffer);
      reader.close();
    }
    const reader = new FrameReader(1_000, 1_000, memory);
    const [whole] = reader.push(frame);
    assert.equal(whole.bytes.buffer, bytes.buffer);
    // It belongs to who has the frame.
    reader.close();
    assert.notEqual(memory.take(800).bytes.buffer, bytes.buffer);
  });

  it('leave their buffer when invalid', () => {
    const memory = new FrameMemory();
    const read = (header: object): ArrayBufferLike => {
      const [frame] = new FrameReader(1_000, 1_000, memory).push(encodeFrame(header, new Uint8Array(800)));
      try {
        readMessage(frame);
      } catch {
        // It is released all the same.
      }
      return frame.bytes.buffer;
    };
    const first = read({ kind: 'none' });
    assert.equal(read({ kind: 'starting' }), first);
    assert.equal(read({ kind: 'consumed', outcome: { status: 'changed' } }), first);
    assert.equal(read({ kind: 'output', stream: 'stdout' }), first);
  });

  it('are rejected with a line of output beyond the granted length', () => {
    const line = (size: number) =>
      readMessage({ header: { kind: 'output', stream: 'stdout' }, ...owned(new Uint8Array(size)) });
    assert.equal(line(2 ** 24).kind, 'output');
    assert.throws(() => line(2 ** 24 + 1_000), { code: 'GUEST_OUTPUT' });
  });
});
