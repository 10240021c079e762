import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LineCredit } from '../../src/runner/lineCredit';

const ROOT = join(__dirname, '../..');
const THREAD = `
  require(${JSON.stringify(join(ROOT, 'scripts/typescript.cjs'))});
  const { LineCredit } = require(${JSON.stringify(join(ROOT, 'src/runner/lineCredit'))});
  const { parentPort, workerData: { cells, lines } } = require('node:worker_threads');
  const credit = new LineCredit(cells);
  for (const line of lines) {
    credit.take(line);
    parentPort.postMessage(line.length);
  }
`;

describe('lines in transit from a thread', () => {
  it('are limited to one MiB or one longer line, plus 1 KiB each, and wait for credit', async () => {
    const quarter = 'q'.repeat(2 ** 18 - 1_024);
    const long = 'l'.repeat(2 ** 21);
    const lines = [quarter, quarter, quarter, quarter, '', quarter, long, ''];
    const credit = new LineCredit();
    const taken = new Int32Array(credit.cells);
    const thread = new Worker(THREAD, { eval: true, workerData: { cells: credit.cells, lines } });
    const posted: number[] = [];
    thread.on('message', (length: number) => posted.push(length));
    /** Until so many lines have come and the thread waits; only a waiting thread is notified. */
    const waitsAfter = async (count: number): Promise<number> => {
      while (posted.length < count || Atomics.notify(taken, 0) === 0) await new Promise(setImmediate);
      return taken[0];
    };

    assert.equal(await waitsAfter(4), 2 ** 20);
    credit.release(quarter);
    assert.equal(await waitsAfter(5), 3 * 2 ** 18 + 2 ** 10);
    credit.release('');
    assert.equal(await waitsAfter(6), 2 ** 20);
    for (const line of [quarter, quarter, quarter]) credit.release(line);
    assert.equal(await waitsAfter(6), 2 ** 18, 'the long line waits until it is alone');
    credit.release(quarter);
    assert.equal(await waitsAfter(7), 2 ** 20);
    credit.release(long);
    await once(thread, 'exit');
    assert.equal(taken[0], 2 ** 10);
    assert.deepEqual(
      posted,
      lines.map(({ length }) => length),
    );
  });
});
