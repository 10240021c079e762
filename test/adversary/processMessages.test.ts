import assert from 'node:assert/strict';
import { owned } from '../../src/abi';
import { encodeFrame, FrameReader } from '../../src/runner/process/frames';
import { readMessage } from '../../src/runner/process/readMessage';

const MEBIBYTE = 2 ** 20;

describe('output of a compromised process', () => {
  const RAW = '\u001b[2J\n\u202etext';

  it('becomes one printable line of bounded length', () => {
    const none = owned(new Uint8Array(0));
    const log = { header: { kind: 'log', level: 'info', text: RAW }, ...none };
    assert.throws(() => readMessage(log), { code: 'GUEST_OUTPUT' });
    const error = { code: 'GUEST_TRAP', message: RAW.repeat(100_000) };
    const ended = readMessage({ header: { kind: 'not_started', error }, ...none });
    const { message } = (ended as { error: { message: string } }).error;
    assert.doesNotMatch(message, /[\p{Cc}\p{Zl}\p{Bidi_Control}]/u);
    assert.ok(message.length < 1_000_000);
  });

  it('appears in no error or cause', () => {
    const frame = encodeFrame({});
    const forged = Buffer.concat([frame.subarray(0, 8), Buffer.from('\u001b')]);
    forged.writeUInt32LE(1, 0);
    try {
      new FrameReader(100, 100).push(forged);
      assert.fail('it is no JSON');
    } catch (error) {
      for (let one = error as Error | undefined; one !== undefined; one = one.cause as Error | undefined)
        assert.doesNotMatch(`${one.message} ${one.stack?.replaceAll('\n', '')}`, /\p{Cc}/u);
    }
  });

  it('is copied once in pieces: the last chunk of a large frame takes no longer than the others', () => {
    const reader = new FrameReader(100, 64 * MEBIBYTE);
    const frame = encodeFrame({ kind: 'consumed' }, new Uint8Array(64 * MEBIBYTE).fill(7));
    const chunk = 65_536;
    reader.push(frame.subarray(0, frame.length - chunk));
    const before = process.cpuUsage();
    const [{ bytes }] = reader.push(frame.subarray(frame.length - chunk));
    const { user, system } = process.cpuUsage(before);
    // Copying all of it takes 30.
    assert.ok(user + system < 20_000, `${(user + system) / 1e3} ms`);
    assert.deepEqual([bytes.length, bytes[0], bytes[bytes.length - 1]], [64 * MEBIBYTE, 7, 7]);
  });
});
