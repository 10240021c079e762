import assert from 'node:assert/strict';
import { EXTENSIONS, HOST_FUNCTIONS, HOST_MODULES, type HostFunction } from '../../src/abi/functions';
import { boundedLog } from '../../src/guest/guestLog';
import { guestWith } from '../support/guests';
import { bytes, started } from '../sandbox/fuel/instantiated';
import { comparable } from '../support/outcome';

/** What the ABI and its extensions have: rows with a capability, some of them one for each signal. */
const ALL = [HOST_FUNCTIONS, HOST_FUNCTIONS.setResult, EXTENSIONS]
  .flatMap((rows): object[] => Object.values(rows))
  .filter((row): row is HostFunction => 'capability' in row);

describe('host functions', () => {
  it('exist in both modules under both names and answer under each', async () => {
    const imports: string[] = [];
    const calls: string[] = [];
    for (const module of HOST_MODULES) {
      for (const { names, signature } of ALL) {
        for (const name of names) {
          const params = signature.parameters.length > 0 ? `(param ${signature.parameters.join(' ')})` : '';
          const results = signature.results.length > 0 ? '(result i32)' : '';
          imports.push(`(import "${module}" "${name}" (func $f${imports.length} ${params} ${results}))`);
          const call = `(call $f${calls.length} ${signature.parameters.map(() => '(i32.const 0)').join(' ')})`;
          calls.push(results ? `(drop ${call})` : call);
        }
      }
    }
    assert.equal(imports.length, 32);
    // Only a connector may import all of them.
    const { instance } = await started(
      await guestWith({
        imports: imports.join('\n'),
        more: `(func (export "collect_metrics") (result i32) ${calls.join('\n')} (i32.const 0))`,
      }),
      { role: 'connector' },
    );
    assert.deepEqual(comparable(instance.collect('delta')), { status: 'changed', bytes: bytes() });
  });

  it('can be imported twice, as Go does', async () => {
    const { instance } = await started(
      await guestWith({
        imports: `(import "otelwasm" "log" (func (param i32 i32 i32))) (import "otelwasm" "log" (func $log (param i32 i32 i32)))`,
      }),
    );
    assert.equal(instance.consume(bytes(1)).status, 'unchanged');
  });

  describe('get_plugin_config', () => {
    /** What the guest sees: the digit of the size it is told, then its buffer of so many bytes. */
    const seen = async (pluginConfigJson: string, limit: number): Promise<string> => {
      const { instance, lines } = await started('readsConfig', { pluginConfigJson });
      assert.equal(instance.consume(new Uint8Array(limit)).status, 'unchanged');
      return lines[0].slice('info: '.length);
    };

    it('writes nothing into a buffer that is too small and returns the size', async () => {
      assert.equal(await seen('"abc"', 4), '5....');
    });

    it('writes exactly the configuration into an exact or larger buffer', async () => {
      assert.equal(await seen('"abc"', 5), '5"abc"');
      assert.equal(await seen('"abc"', 7), '5"abc"..');
    });

    it('writes UTF-8 and returns the size in bytes', async () => {
      assert.equal(await seen('"é✓"', 7), '7"é✓"');
      assert.equal(await seen('"é✓"', 6), '7......');
    });

    it('writes null without a configuration', async () => {
      assert.equal(await seen('null', 4), '4null');
    });
  });

  it('get_shutdown_requested returns 1 after shutdown was requested', async () => {
    let requested = false;
    const { instance } = await started(
      await guestWith({
        imports: '(import "otelwasm" "get_shutdown_requested" (func $requested (result i32)))',
        consume: '(func (export "consume_traces") (param i32 i32) (result i32) (call $requested))',
      }),
      { shutdownRequested: () => requested },
    );
    assert.equal(instance.consume(bytes(1)).status, 'unchanged');
    requested = true;
    const outcome = instance.consume(bytes(1));
    assert.ok(outcome.status === 'refused');
    assert.match(outcome.error.message, /returned status 1:/);
  });

  describe('stderr', () => {
    it('goes to the log of guests without the import log; the priority of a line sets its level', async () => {
      const text = '<3>error\n<4>warn\n<6>info\n<7>debug\n<5>notice\n<3\nplain\n';
      const { instance, lines } = await started(
        await guestWith({
          imports: `(import "wasi_snapshot_preview1" "fd_write"
            (func $write (param i32 i32 i32 i32) (result i32)))`,
          consume: `(func (export "consume_traces") (param i32 i32) (result i32)
            (i32.store (i32.const 0) (i32.const 16))
            (i32.store (i32.const 4) (i32.const ${text.length}))
            (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))`,
          more: `(data (i32.const 16) ${JSON.stringify(text)})`,
        }),
      );
      assert.equal(instance.consume(bytes(1)).status, 'unchanged');
      assert.deepEqual(lines, [
        'error: error',
        'warn: warn',
        'info: info',
        'debug: debug',
        'warn: <5>notice',
        'warn: <3',
        'warn: plain',
      ]);
    });
  });

  describe('log', () => {
    it('maps the levels of the ABI, and unknown ones to info', async () => {
      const { instance, lines } = await started('logsEveryLevel');
      instance.consume(bytes(1));
      assert.deepEqual(
        lines,
        ['info', 'trace', 'debug', 'info', 'warn', 'error', 'info'].map(level => `${level}: a line ✓`),
      );
    });

    it('truncates a long line', async () => {
      const { instance, lines } = await started('logsAMegabyte');
      instance.consume(bytes(1));
      assert.match(lines[0], /^info: a{8192}\.\.\. \(1040384 bytes cut\)$/);
    });

    it('limits the rate of lines and counts the suppressed ones', async () => {
      const { instance, lines } = await started('floodsLog');
      instance.consume(bytes(1));
      assert.ok(lines.length >= 200 && lines.length < 1_000, `${lines.length} lines`);
      const flood = lines.filter(line => line === 'warn: flood').length;
      assert.equal(flood % 200, 0);
    });

    it('survives a logger that throws', async () => {
      const { instance } = await started('logsEveryLevel', {
        log: () => {
          throw new Error('disk full');
        },
      });
      assert.equal(instance.consume(bytes(1)).status, 'unchanged');
    });

    it('logs the number of suppressed lines after the second', () => {
      const lines: string[] = [];
      let now = 5_000;
      const log = boundedLog(
        (level, text) => lines.push(`${level}: ${text}`),
        () => now,
      );
      for (let line = 0; line < 250; line++) log('info', 'x');
      assert.equal(lines.length, 200);
      now += 1_000;
      log('info', 'y');
      assert.deepEqual(lines.slice(200), ['warn: 50 more lines of the guest were suppressed', 'info: y']);
    });
  });
});
