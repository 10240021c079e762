import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LinearMemory } from '../../src/wasm/memory';
import { LINE_COST_BYTES, LineWriter, LOG_LIMITS } from '../../src/wasi/lineWriter';
import { hosted, type Hosted, instantiate } from './hosted';

/** Writes each text as an iovec of one fd_write. */
function write({ f, memory }: Hosted, fd: number, ...texts: string[]): number {
  let at = 4_096;
  texts.forEach((text, index) => {
    const bytes = Buffer.from(text);
    memory.write(at, bytes, 'text');
    memory.view.setUint32(index * 8, at, true);
    memory.view.setUint32(index * 8 + 4, bytes.length, true);
    at += bytes.length;
  });
  assert.equal(f.fd_write(fd, 0, texts.length, 2_048), 0);
  return memory.view.getUint32(2_048, true);
}

function writer() {
  const lines: string[] = [];
  const clock = { nanos: 0n };
  return {
    lines,
    clock,
    writer: new LineWriter(
      line => lines.push(line),
      () => clock.nanos,
    ),
  };
}

describe('wasi fd_write', () => {
  it('writes lines of each stream separately', () => {
    const host = hosted();
    assert.equal(write(host, 1, 'one\ntw', 'o\n', '', '\nthr'), 12);
    assert.equal(write(host, 2, 'error\n'), 6);
    assert.equal(write(host, 1, 'ee\n'), 3);
    assert.deepEqual(host.lines, [
      'stdout: one',
      'stdout: two',
      'stdout: ',
      'stderr: error',
      'stdout: three',
    ]);
  });

  it('writes an incomplete line once at the end of the call', () => {
    const host = hosted();
    write(host, 1, 'out');
    write(host, 2, 'err');
    assert.deepEqual(host.lines, []);
    host.wasi.flush();
    host.wasi.flush();
    assert.deepEqual(host.lines, ['stdout: out', 'stderr: err']);
  });

  it('accepts text byte by byte from a real module', async () => {
    const host = hosted();
    const guest = await instantiate('writesInPieces', host);
    const text = Buffer.from('panic: größer 😀\n\ngoroutine 1 [running]:\n');
    host.memory.write(100, text, 'text');
    assert.equal(guest.write(2, 100, text.length), 0);
    assert.deepEqual(host.lines, ['stderr: panic: größer 😀', 'stderr: ', 'stderr: goroutine 1 [running]:']);
    assert.equal(guest.write(3, 100, text.length), 8);
  });

  it('bounds the cost of 512 MiB of output in one call', () => {
    const memory = new LinearMemory();
    memory.attach(new WebAssembly.Memory({ initial: 16 }));
    const host = hosted({}, { memory });
    memory.bytes.fill(0x61, 8_192);
    for (let index = 0; index < 512; index++) memory.view.setUint32(index * 8 + 4, 2 ** 20, true);
    assert.equal(host.f.fd_write(1, 0, 512, 8_192), 0);
    host.wasi.flush();
    assert.ok(host.lines.length <= 34, `${host.lines.length} lines`);
    assert.match(
      host.lines.at(-1)!,
      /^stdout: \[output dropped: \d+ bytes, over the limit of 262144 bytes per call or second\]$/,
    );
  });
});

describe('wasi LineWriter', () => {
  it('writes the same lines for any split of the bytes', () => {
    const text = fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 20 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(400)), (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join('\n'));
        const whole = writer();
        whole.writer.write(bytes);
        whole.writer.flush();
        const cut = writer();
        const ends = [...cuts.map(end => end % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
        ends.forEach((end, index) => cut.writer.write(bytes.subarray(ends[index - 1] ?? 0, end)));
        cut.writer.flush();
        const expected = bytes.toString().split('\n');
        if (expected.at(-1) === '') expected.pop();
        assert.deepEqual(whole.lines, expected);
        assert.deepEqual(cut.lines, expected);
      }),
    );
  });

  it('writes U+FFFD for bytes that are not UTF-8', () => {
    const { writer: stream, lines } = writer();
    stream.write(new Uint8Array([0x61, 0xff, 0x62, 0x0a, 0xe2, 0x82, 0x0a]));
    assert.deepEqual(lines, ['a\ufffdb', '\ufffd']);
  });

  it('truncates a long line at a character and reports the number of missing bytes', () => {
    for (const character of ['a', 'ö', '€', '😀']) {
      for (const lead of ['', 'x', 'xy', 'xyz']) {
        const { writer: stream, lines } = writer();
        const text = lead + character.repeat(LOG_LIMITS.lineBytes + 1);
        stream.write(Buffer.from(`${text}\nnext\n`));
        const [line, next] = lines;
        const [, kept, more] = /^(.*) \[line truncated: (\d+) more bytes\]$/.exec(line)!;
        const keptBytes = Buffer.byteLength(kept);
        assert.ok(text.startsWith(kept), character);
        assert.ok(keptBytes <= LOG_LIMITS.lineBytes && keptBytes > LOG_LIMITS.lineBytes - 4, `${keptBytes}`);
        assert.equal(Number(more) + keptBytes, Buffer.byteLength(text));
        assert.equal(next, 'next');
      }
    }
  });

  it('writes a line of exactly the limit in full', () => {
    const { writer: stream, lines } = writer();
    const text = 'a'.repeat(LOG_LIMITS.lineBytes);
    stream.write(Buffer.from(`${text}\n`));
    assert.deepEqual(lines, [text]);
  });

  it('counts every line against the budget, also empty ones', () => {
    const { writer: stream, lines } = writer();
    stream.write(new Uint8Array(1_000_000).fill(10));
    assert.ok(lines.length <= LOG_LIMITS.windowBytes / LINE_COST_BYTES + 1, `${lines.length}`);
    stream.flush();
    assert.equal(lines.length - 1 + droppedBytes(lines.at(-1)!), 1_000_000);
  });

  it('has a new budget after a flush', () => {
    const { writer: stream, lines } = writer();
    stream.write(new Uint8Array(LOG_LIMITS.windowBytes + 5).fill(0x61));
    stream.flush();
    assert.equal(droppedBytes(lines.at(-1)!), 5);
    stream.write(Buffer.from('again\n'));
    assert.equal(lines.at(-1), 'again');
  });

  it('has a new budget after a second within one call', () => {
    const { writer: stream, lines, clock } = writer();
    stream.write(new Uint8Array(LOG_LIMITS.windowBytes + 5).fill(0x61));
    clock.nanos = 999_999_999n;
    stream.write(Buffer.from('too soon\n'));
    assert.deepEqual(lines, []);
    clock.nanos = 1_000_000_000n;
    stream.write(Buffer.from('again\n'));
    assert.match(lines[0], /^a+ \[line truncated/);
    assert.equal(droppedBytes(lines[1]), 14);
    assert.deepEqual(lines.slice(2), ['again']);
  });

  it('has its full budget each second of a long call', () => {
    const { writer: stream, lines, clock } = writer();
    const line = Buffer.from(`${'a'.repeat(99)}\n`);
    for (let index = 0; index < 10_000; index++) {
      stream.write(line);
      clock.nanos += 1_000_000n;
    }
    assert.equal(lines.length, 10_000);
  });
});

function droppedBytes(line: string): number {
  return Number(/output dropped: (\d+) bytes/.exec(line)?.[1]);
}
