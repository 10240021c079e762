import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { built } from '../support/built';
import { TYPESCRIPT } from './run';

const ROOT = join(__dirname, '../..');

describe('examples/receivers', () => {
  before(function () {
    this.timeout(120_000);
    built('heartbeat', 'process-gauges', 'log-lines');
  });

  it('ends without a signal and prints what the three guests emitted', async () => {
    const app = new App('--for', '1500ms');
    assert.equal(await app.exit, 0);
    const { stderr, lines } = app;
    assert.equal(stderr, '');
    for (const expected of [
      /^span {4}still alive \{"heartbeat\.count":1\}$/,
      /^metric {2}process\.memory\.usage 50000000 By$/,
      /^log {5}INFO "listening on port 8080"$/,
      /^log {5}ERROR "error: the disk is nearly full"$/,
      /^time is up: stopping$/,
    ]) {
      assert.ok(
        lines.some(line => expected.test(line)),
        `${expected} in:\n${lines.join('\n')}`,
      );
    }
    for (const name of ['heartbeat', 'process-gauges', 'log-lines']) {
      const [, emitted, delivered] =
        new RegExp(`^${name}: stopped, (\\d+) emitted, (\\d+) delivered$`, 'm').exec(lines.join('\n')) ?? [];
      assert.ok(Number(emitted) > 0, lines.join('\n'));
      assert.equal(emitted, delivered);
    }
  });

  it('stops on SIGTERM at once with everything delivered', async () => {
    const app = new App('--for', '60s');
    await app.says(/still alive/);
    const begun = performance.now();
    app.process.kill('SIGTERM');
    assert.equal(await app.exit, 0);
    assert.ok(performance.now() - begun < 15_000);
    assert.equal(app.stderr, '');
    assert.ok(app.lines.includes('SIGTERM: stopping'), app.lines.join('\n'));
    assert.equal(app.lines.filter(line => line.includes(': stopped, ')).length, 3);
  });
});

/** The example, running. */
class App {
  readonly process: ChildProcessWithoutNullStreams;
  readonly lines: string[] = [];
  readonly exit: Promise<number | null>;
  stderr = '';
  #heard: (line: string) => void = () => undefined;

  constructor(...args: string[]) {
    const env = { ...process.env };
    delete env.OTEL_EXPORTER_OTLP_ENDPOINT;
    this.process = spawn(process.execPath, [...TYPESCRIPT, 'examples/receivers/main.ts', ...args], {
      cwd: ROOT,
      env,
    });
    this.process.stderr.on('data', (text: Buffer) => (this.stderr += text.toString()));
    createInterface(this.process.stdout).on('line', line => {
      this.lines.push(line);
      this.#heard(line);
    });
    this.exit = once(this.process, 'close').then(([code]) => code as number | null);
  }

  async says(pattern: RegExp): Promise<void> {
    await Promise.race([
      new Promise<void>(resolve => (this.#heard = line => pattern.test(line) && resolve())),
      this.exit.then(() => assert.fail(`it ended: ${this.lines.join('\n')}${this.stderr}`)),
    ]);
  }
}
