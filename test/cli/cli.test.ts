import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { countItems } from '../../src/otlp';
import { dependencyOn } from '../../src/cli/init/dependency';
import { otlpFromJson, otlpToJson } from '../../src/otlp/json';
import { sampleData } from '../../src/testing';
import { ExampleFolder } from '../support/docs';
import { guest } from '../support/guests';
import { runInProcess } from './inProcess';

const DROP = `--config '{"drop":["/healthz"]}'`;

describe('otelwasm', () => {
  let folder: ExampleFolder;
  before(async () => {
    folder = new ExampleFolder();
    const traces = sampleData('traces', 12);
    folder.write('pretty.json', `\n${JSON.stringify(traces, null, 2)}\n`);
    folder.write('lines.jsonl', `${JSON.stringify(traces)}\n\n${JSON.stringify(sampleData('traces', 4))}\n`);
    folder.write('logs.json', JSON.stringify(sampleData('logs', 4)));
    folder.write('traces.pb', otlpFromJson('traces', traces));
    folder.write('broken.json', '{\n  "resourceSpans": [,]\n}\n');
    folder.write('brokenLine.jsonl', `${JSON.stringify(traces)}\n{"resourceSpans": 5}\n`);
    folder.write('noise.bin', Uint8Array.of(0x0a, 0xff, 1, 2));
    folder.write('other.json', '{"hello":"world"}');
    folder.write('empty.json', '');
    folder.write(
      'typo.json',
      JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ nam: 'x' }] }] }] }),
    );
    folder.write('refuses.wasm', await guest('refusesWithReason'));
    folder.write('traps.wasm', await guest('traps'));
    folder.write('noMarker.wasm', await guest('noMarker'));
    folder.write('drops.wasm', await guest('dropsEverything'));
    folder.write('old.wasm', await guest('experimentalAbi'));
    folder.write('loops.wasm', await guest('loopsInConsume'));
    folder.write('returnsWithReason.wasm', await guest('receiver/returnsWithReason'));
    const logs = sampleData('logs', 4);
    const bytes = otlpFromJson('traces', traces);
    folder.write('mixed.json', JSON.stringify({ ...traces, ...logs }));
    folder.write(
      'mixed.jsonl',
      `${JSON.stringify(traces)}\n${JSON.stringify(logs)}\n${JSON.stringify(traces)}\n`,
    );
    folder.write('several.json', `${JSON.stringify(traces, null, 2)}\n${JSON.stringify(traces, null, 2)}`);
    folder.write('traces.json.gz', gzipSync(JSON.stringify(traces)));
    folder.write('lines.jsonl.gz', gzipSync(`${JSON.stringify(traces)}\n${JSON.stringify(traces)}\n`));
    folder.write('collector.pb', Buffer.concat([bytes, bytes].flatMap(one => [sizeOf(one), one])));
    folder.write(
      'noParent.json',
      JSON.stringify({
        resourceSpans: [
          { scopeSpans: [{ spans: [{ name: 'a', parentSpanId: '', droppedEventsCount: 0 }] }] },
        ],
      }),
    );
  });
  after(() => folder.remove());

  const inShell = (command: string) => folder.run(`npx otelwasm ${command}`);
  /** The short form runs most commands in this process, and a few of each kind as users do. */
  const otelwasm = (command: string) =>
    process.env.FULL_TESTS ? inShell(command) : runInProcess(folder.path, command);
  const itemsIn = async (input: string): Promise<string> => {
    await otelwasm(`run filter.wasm ${input} > out 2> summary`);
    return readFileSync(join(folder.path, 'summary'), 'utf8');
  };

  describe('run', () => {
    for (const input of [
      'pretty.json',
      'traces.json',
      'traces.pb',
      '< pretty.json',
      '- < traces.pb',
      '< traces.json',
    ]) {
      it(`reads ${input} and writes the result in the same format`, async () => {
        const run = input.includes('pretty') || input.includes('- <') ? inShell : otelwasm;
        await run(`run filter.wasm ${DROP} ${input} > out`);
        const bytes = readFileSync(join(folder.path, 'out'));
        const result = input.includes('.pb') ? bytes : otlpFromJson('traces', JSON.parse(bytes.toString()));
        assert.equal(countItems('traces', result), 11);
        assert.doesNotMatch(JSON.stringify(otlpToJson('traces', result)), /healthz/);
      });
    }

    for (const [input, items, rest] of [
      ['mixed.json', 12, /; 4 items of logs skipped/],
      ['mixed.jsonl', 24, /; 4 items of logs skipped/],
      ['several.json', 24, /2 batches/],
      ['traces.json.gz', 12, /1 batch/],
      ['< traces.json.gz', 12, /1 batch/],
      ['lines.jsonl.gz', 24, /2 batches/],
      ['collector.pb', 24, /2 batches/],
    ] as const) {
      it(`reads ${input}: passes items of the guest's signals and counts the others`, async () => {
        const summary = await itemsIn(input);
        assert.match(summary, new RegExp(`^${items} items in`));
        assert.match(summary, rest);
      });
    }

    it('splits an oversized payload so that the guest does not fail on it', async () => {
      const [{ scopeSpans }] = (
        sampleData('traces', 1) as { resourceSpans: { scopeSpans: { spans: object[] }[] }[] }
      ).resourceSpans;
      const [span] = scopeSpans[0].spans;
      const spans = Array.from({ length: 3_000 }, () => ({ ...span, name: 'x'.repeat(5_000) }));
      folder.write('large.json', JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
      assert.match(await itemsIn('large.json --max-memory 40'), /^3,000 items in, 3,000 out; 4 batches/);
    }).timeout(60_000);

    it('does not report a written default as a change', async () => {
      await otelwasm(`run filter.wasm noParent.json ${DROP} --diff > out 2> summary`);
      assert.match(readFileSync(join(folder.path, 'summary'), 'utf8'), /1 unchanged/);
    });

    it('prints the full output of an exporter and not its input', async () => {
      await inShell('run stdout-exporter.wasm traces.json --role exporter > out 2> summary');
      const [line, ...others] = readFileSync(join(folder.path, 'out'), 'utf8').trim().split('\n');
      assert.deepEqual(others, []);
      assert.equal(countItems('traces', otlpFromJson('traces', JSON.parse(line))), 12);
    });

    it('reads and writes JSON lines, one batch per line', async () => {
      const { stdout, stderr } = await otelwasm(`run filter.wasm lines.jsonl ${DROP}`);
      const counts = stdout
        .trim()
        .split('\n')
        .map(line => countItems('traces', otlpFromJson('traces', JSON.parse(line))));
      assert.deepEqual(counts, [11, 4]);
      assert.match(stderr, /^16 items in, 15 out; 2 batches/);
    });

    it('writes an empty output when everything is dropped', async () => {
      assert.equal((await otelwasm('run drops.wasm lines.jsonl')).stdout, '');
      assert.deepEqual(JSON.parse((await otelwasm('run drops.wasm traces.json')).stdout), {
        resourceSpans: [],
      });
    });

    it('lists and copies the shipped guests', async () => {
      const { stdout } = await otelwasm('guests');
      assert.match(stdout, /^ {2}otelwasm:filter +[\d.]+ KiB +Drops spans /m);
      await inShell('guests filter --out copies --naming 0.1.0');
      assert.match((await otelwasm('inspect copies/filter.wasm')).stdout, /otelwasm_\* names/);
      await assert.rejects(otelwasm('guests redcat'), /redcat: no such guest; available are .*filter, /);
    });

    it('converts between JSON and protobuf', async () => {
      await otelwasm('run filter.wasm traces.json --output-format protobuf --output out.pb');
      const bytes = readFileSync(join(folder.path, 'out.pb'));
      assert.deepEqual(
        otlpToJson('traces', bytes),
        otlpToJson('traces', otlpFromJson('traces', sampleData('traces', 12))),
      );
    });

    it('--diff prints dropped and changed items', async () => {
      const filtered = await otelwasm(`run filter.wasm traces.json --diff ${DROP}`);
      assert.equal(filtered.stdout, '- span GET /healthz (3f91ba716ed23ce2)\n');
      assert.match(filtered.stderr, /^1 dropped, 0 changed, 0 added, 11 unchanged/);
      const redacted = await otelwasm(
        `run redact.wasm traces.json --diff --config '{"keys":["user.email"]}'`,
      );
      assert.match(
        redacted.stdout,
        /~ span GET \/users\/:id .*\n {4}~ attributes\.user\.email: "user0@example\.com" → "\*\*\*"\n/,
      );
    });

    it('--explain prints which rules changed or dropped each item, and how', async () => {
      folder.write(
        'explained.yaml',
        [
          'processors:',
          '  transform: {trace_statements: [\'replace_pattern(span.name, "^GET", "HEAD")\']}',
          '  filter: {traces: {span: [name == "HEAD /healthz", name == "never"]}}',
        ].join('\n'),
      );
      const { stdout } = await otelwasm('run explained.yaml traces.json --explain');
      const [first] = stdout.split('\n\n');
      assert.deepEqual(first.split('\n'), [
        '~ span GET /users/:id (af9e72ebf533e025)',
        '  transform: replace_pattern(span.name, "^GET", "HEAD")',
        '    ~ name: "GET /users/:id" → "HEAD /users/:id"',
      ]);
      assert.ok(
        stdout.includes(
          [
            '- span GET /healthz (3f91ba716ed23ce2)',
            '  transform: replace_pattern(span.name, "^GET", "HEAD")',
            '    ~ name: "GET /healthz" → "HEAD /healthz"',
            '  filter: name == "HEAD /healthz"',
            '',
          ].join('\n'),
        ),
        stdout,
      );
      assert.doesNotMatch(stdout, /span SELECT users/);
      assert.ok(
        stdout.endsWith(
          [
            '9 items by transform: replace_pattern(span.name, "^GET", "HEAD")',
            '1 item by filter: name == "HEAD /healthz"',
            '0 items by filter: name == "never"',
            '',
          ].join('\n'),
        ),
        stdout,
      );
    });

    it('--diff with --output also writes the result to the file', async () => {
      const { stdout } = await otelwasm(`run filter.wasm traces.json --diff --output both.json ${DROP}`);
      assert.equal(stdout, '- span GET /healthz (3f91ba716ed23ce2)\n');
      assert.equal(countItems('traces', otlpFromJson('traces', JSON.parse(folder.read('both.json')))), 11);
    });

    it('runs a guest for each of its signals', async () => {
      for (const [signal, file] of [
        ['traces', 'traces.json'],
        ['logs', 'logs.json'],
      ]) {
        const { stdout } = await otelwasm(`run stdout-exporter.wasm ${file} --role exporter`);
        assert.match(stdout, new RegExp(`^\\{"resource${signal === 'traces' ? 'Spans' : 'Logs'}"`));
      }
    });

    it('warns about fields that are not in OTLP', async () => {
      const { stderr } = await otelwasm('run filter.wasm typo.json');
      assert.match(
        stderr,
        /warning: resourceSpans\[\]\.scopeSpans\[\]\.spans\[\]\.nam is not a field of OTLP/,
      );
    });

    it('runs a receiver for a while', async () => {
      const { stdout } = await otelwasm(
        `run heartbeat.wasm --for 200ms --config '{"intervalMillis":20,"name":"tick"}'`,
      );
      assert.ok(stdout.trim().split('\n').length > 2);
      assert.match(stdout, /"name":"tick"/);
    });

    it('accepts --env only as NAME=value', async () => {
      await assert.rejects(otelwasm('run filter.wasm traces.json --env A'), /NAME=value/);
    });
  });

  it('inspect describes a guest', async () => {
    const { stdout } = await otelwasm('inspect stdout-exporter.wasm');
    for (const text of [
      /ABI v1/,
      /traces \(processor or exporter\)/,
      /fd_write +writes lines of stdout/,
      /can be run/,
    ]) {
      assert.match(stdout, text);
    }
    const json = JSON.parse((await otelwasm('inspect filter.wasm --json')).stdout) as {
      naming: string;
      roles: unknown;
    };
    assert.equal(json.naming, 'v1');
    assert.deepEqual(json.roles, [
      { role: 'processor', signal: 'traces' },
      { role: 'exporter', signal: 'traces' },
    ]);
  });

  it('inspect and run work on every built guest', async () => {
    const CONFIGS: Record<string, string> = {
      attributes: '{"actions":[{"action":"insert","key":"a","value":"b"}]}',
      'log-lines': '{"lines":["a"]}',
      'process-gauges': '{"gauges":[{"name":"a","value":1}]}',
      limit: '{"perSecond":100}',
      sample: '{"probability":0.5}',
    };
    const names = execFileSync('ls', [folder.path], { encoding: 'utf8' }).match(/[\w-]+(?=\.wasm)/g) ?? [];
    const own = ['refuses', 'traps', 'noMarker', 'drops', 'old', 'loops', 'returnsWithReason'];
    for (const name of names.filter(entry => !own.includes(entry))) {
      const { roles } = JSON.parse((await otelwasm(`inspect ${name}.wasm --json`)).stdout) as {
        roles: { role: string; signal: 'traces' | 'metrics' | 'logs' }[];
      };
      if (!roles.some(({ role }) => role === 'processor' || role === 'receiver')) {
        // A connector: `run` has no place for it, and says so.
        await assert.rejects(otelwasm(`run ${name}.wasm --for 50ms`), /is not a receiver/);
        continue;
      }
      folder.write('sample.json', JSON.stringify(sampleData(roles[0].signal)));
      const config = name in CONFIGS ? `--config '${CONFIGS[name]}'` : '';
      const how = roles.some(({ role }) => role === 'processor') ? 'sample.json' : '--for 50ms';
      await otelwasm(`run ${name}.wasm ${how} ${config}`);
    }
  }).timeout(60_000);

  it('bench measures a guest', async () => {
    const { stdout } = await otelwasm(`bench filter.wasm --for 200ms --json ${DROP}`);
    const result = JSON.parse(stdout) as { itemsPerSecond: number; itemsKept: number; memoryBytes: number[] };
    assert.ok(result.itemsPerSecond > 0 && result.itemsKept < 1 && result.memoryBytes.length > 1);
    assert.match((await otelwasm(`bench filter.wasm traces.pb --for 100ms`)).stdout, /12 items/);
  });

  describe('init', () => {
    // Building takes six seconds.
    const builds = process.env.FULL_TESTS ? it : it.skip;
    builds('creates a guest that builds and passes its tests (only with FULL_TESTS)', async () => {
      await inShell('init my-filter');
      await folder.run('cd my-filter && ln -s ../node_modules . && npm --no-update-notifier test', {
        PATH: `${join(folder.path, 'node_modules/.bin')}:${process.env.PATH}`,
      });
      assert.ok(existsSync(join(folder.path, 'my-filter/build/guest.wasm')));
      await otelwasm('conformance my-filter/build/guest.wasm');
    });

    it('depends on a tarball with --otelwasm', async () => {
      folder.write('otelwasm-0.1.0.tgz', '');
      await otelwasm('init tarball --otelwasm ./otelwasm-0.1.0.tgz');
      assert.match(folder.read('tarball/package.json'), /"otelwasm": "file:\.\.\/otelwasm-0\.1\.0\.tgz"/);
    });

    for (const spec of ['0.1.0', '>=0.1 <2', '1.x || ^2.0.0-rc.1', 'latest', 'https://example.com/a.tgz']) {
      it(`depends on ${spec} unchanged`, () => assert.equal(dependencyOn(spec, folder.path), spec));
    }
  });

  describe('bad input prints one line and exits with 1', () => {
    for (const [command, message] of [
      ['inspect nope.wasm', /nope\.wasm: the guest cannot be read: ENOENT/],
      ['inspect traces.json', /traces\.json: not a WebAssembly module/],
      ['run nope.wasm traces.json', /nope\.wasm.*GUEST_NOT_FOUND/],
      ['run traces.json traces.json', /traces\.json.*GUEST_INVALID/],
      ['run noMarker.wasm traces.json', /exports no ABI marker/],
      ['run old.wasm traces.json', /retired experimental ABI/],
      ['run loops.wasm traces.json --timeout 100ms', /the guest ran longer than --timeout \(100 ms\)/],
      [
        'run returnsWithReason.wasm > out',
        /returned with the status reason: port 4317 is taken \(GUEST_STATUS\)/,
      ],
      ['run filter.wasm nope.json', /nope\.json: ENOENT/],
      ['run filter.wasm empty.json', /empty\.json: the input is empty/],
      ['run filter.wasm < empty.json', /stdin: the input is empty/],
      [
        'run filter.wasm broken.json',
        /broken\.json: broken JSON at line 2, column 21: found ",\]", expected value or \]/,
      ],
      [
        'run filter.wasm brokenLine.jsonl',
        /brokenLine\.jsonl: line 2: .*resourceSpans is 5: allowed is an array/,
      ],
      ['run filter.wasm noise.bin', /neither OTLP JSON nor OTLP protobuf of traces/],
      ['run filter.wasm other.json', /this is not OTLP/],
      ['run filter.wasm logs.json', /logs\.json: the input contains logs, but the guest takes traces/],
      [
        'run filter.wasm traces.json --signal metrics',
        /filter\.wasm: is not a metrics processor: it can be a traces processor/,
      ],
      ['run filter.wasm traces.json --signal spans', /Allowed is one of traces, metrics, logs/],
      ['run stdout-exporter.wasm traces.pb', /add --signal/],
      ['run heartbeat.wasm --diff', /--diff does not apply to a receiver/],
      ['run heartbeat.wasm traces.json', /traces\.json does not apply to a receiver/],
      ['run heartbeat.wasm --for 10', /Allowed is a time like 500ms, 10s or 2m/],
      ['run filter.wasm traces.json --colour', /unknown option '--colour'/],
      [`run filter.wasm traces.json --config '{"drop":'`, /--config: broken JSON at line 1, column 9/],
      [`run filter.wasm traces.json --config '{"dorp":1}'`, /filter: start\(\).*dorp.*START_FAILED/],
      ['run filter.wasm traces.json --config @nope.yaml', /--config: nope\.yaml: ENOENT/],
      [
        'run refuses.wasm lines.jsonl',
        /refuses\.wasm: lines\.jsonl: line 1: .*returned status 1.*GUEST_STATUS/,
      ],
      ['run traps.wasm traces.json', /the guest trapped/],
      ['run filter.wasm traces.json --output nowhere/out.json', /nowhere\/out\.json: cannot be written/],
      ['bench stdout-exporter.wasm --for 10ms', /serves several signals: choose one with --signal/],
      ['bench heartbeat.wasm', /is not a processor: it can be a traces receiver/],
      ['conformance nope.wasm', /nope\.wasm.*GUEST_NOT_FOUND/],
      ['init node_modules', /node_modules: is not empty/],
      ['init "A b"', /is not a valid package name/],
      ['init a --otelwasm rubbish', /--otelwasm "rubbish": allowed is a version like .*, or a URL/],
      ['init a --otelwasm ""', /--otelwasm "": allowed is/],
      ['init a --otelwasm "1.0.0; rm"', /allowed is a version/],
      ['init a --otelwasm ./nope.tgz', /--otelwasm "\.\/nope\.tgz": no such tarball/],
      ['init a --otelwasm ./traces.json', /no such tarball/],
      ['run filter.wasm traces.json --for 1s', /--for applies only to receivers/],
      ['run stdout-exporter.wasm traces.json --role exporter --for 1s', /--for applies only to receivers/],
      ['fly', /unknown command 'fly'/],
    ] as const) {
      it(command, async () => {
        const run = /GUEST_NOT_FOUND|unknown command/.test(message.source) ? inShell : otelwasm;
        const { code, stderr } = await run(`${command} > printed`).then(
          () => assert.fail('status 0'),
          (error: { code: number; stderr: string }) => error,
        );
        assert.equal(code, 1);
        assert.match(stderr, message);
        assert.equal(stderr.trim().split('\n').length, 1, stderr);
      });
    }

    it('without a command, prints the help to stderr', async () => {
      const { code, stdout, stderr } = await folder.run('npx otelwasm').then(
        () => assert.fail('status 0'),
        (error: { code: number; stdout: string; stderr: string }) => error,
      );
      assert.equal(code, 1);
      assert.equal(stdout, '');
      assert.match(stderr, /^Usage: otelwasm .*[^]*inspect[^]*run[^]*bench[^]*conformance[^]*init/);
    });

    it('--debug prints the stack', async () => {
      await assert.rejects(inShell('inspect nope.wasm --debug'), /at .*describeGuest/);
    });
  });
}).timeout(30_000);

/** As the Collector's file exporter writes it before each message. */
function sizeOf(message: Uint8Array): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(message.length);
  return size;
}
