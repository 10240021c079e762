import assert from 'node:assert/strict';
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { progressLine } from '../../src/cli/progress';
import { sampleData } from '../../src/testing';
import { ExampleFolder, ROOT } from '../support/docs';
import { runInProcess } from './inProcess';

const MAIN = join(ROOT, 'build/src/cli/main.js');
const DROP = `{"drop":["/healthz"]}`;
const LINE = `${JSON.stringify(sampleData('traces', 500))}\n`;
const RULES = `processors:
  filter:
    traces: { span: ['attributes["url.path"] == "/healthz"'] }
`;
const ESCAPE = '\u001b[';

/** What a command does that people see: on a terminal, on Ctrl-C, with inputs of any size. */
describe('otelwasm follows command-line conventions', () => {
  let folder: ExampleFolder;
  before(() => {
    folder = new ExampleFolder();
    // Node has no pseudo-terminals: the streams say that they are one, as those of a terminal do.
    for (const name of ['stdout', 'stderr'])
      folder.write(`${name}.cjs`, `Object.defineProperty(process.${name}, 'isTTY', { value: true });`);
    folder.write('lines.jsonl', `${JSON.stringify(sampleData('traces', 12))}\n`);
    folder.write('pretty.json', JSON.stringify(sampleData('traces', 12), null, 2));
  });
  after(() => folder.remove());

  const start = (args: readonly string[], terminals: readonly string[] = []): ChildProcess =>
    spawn(process.execPath, [...terminals.flatMap(name => ['--require', `./${name}.cjs`]), MAIN, ...args], {
      cwd: folder.path,
    });
  /** The short form runs these commands in this process; those that are ended, or fed, have one of their own. */
  const run = async (args: string, { terminals = [] as string[], env = {} } = {}): Promise<string> => {
    if (!process.env.FULL_TESTS) return (await runInProcess(folder.path, args, { terminals, env })).stdout;
    const options = terminals.map(name => `--require ./${name}.cjs`).join(' ');
    return (await folder.run(`node ${options} ${MAIN} ${args}`, env)).stdout;
  };

  describe('colours', () => {
    for (const [name, terminals, env, expected] of [
      ['appear on a terminal', ['stdout'], {}, true],
      ['do not appear in a pipe', [], {}, false],
      ['do not appear on a terminal with TERM=dumb', ['stdout'], { TERM: 'dumb' }, false],
      ['are disabled by NO_COLOR', ['stdout'], { NO_COLOR: '1' }, false],
      ['are not disabled by an empty NO_COLOR', ['stdout'], { NO_COLOR: '' }, true],
      ['are enabled in a pipe by FORCE_COLOR', [], { FORCE_COLOR: '1' }, true],
      ['are disabled by FORCE_COLOR=0', ['stdout'], { FORCE_COLOR: '0' }, false],
      ['are disabled by NO_COLOR despite FORCE_COLOR', [], { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    ] as const) {
      it(name, async () => {
        const printed = await run(`run filter.wasm lines.jsonl --diff --config '${DROP}'`, {
          terminals: [...terminals],
          env,
        });
        assert.equal(printed.includes(ESCAPE), expected);
      });
    }
  });

  describe('protobuf', () => {
    const args = 'run filter.wasm lines.jsonl --output-format protobuf';
    it('is not printed to a terminal', async () => {
      await assert.rejects(
        run(args, { terminals: ['stdout'] }),
        /add --output FILE, or --output-format json/,
      );
      await run(`${args} --output out.pb`, { terminals: ['stdout'] });
    });
    it('of a receiver is not printed to a terminal', async () => {
      const beats = 'run heartbeat.wasm --for 10ms --output-format protobuf';
      await assert.rejects(run(beats, { terminals: ['stdout'] }), /not printed to a terminal/);
    });
  });

  describe('progress', () => {
    it('shows rate and remaining time', () => {
      const stage = { items: 12_000, text: '1.0 MiB of 4.0 MiB', share: 0.25 };
      assert.equal(progressLine(stage, 2_000), '12,000 items, 1.0 MiB of 4.0 MiB, 6,000 items/s, 6 s left');
      assert.match(progressLine({ ...stage, share: 0.01 }, 2_000), /, 3 min 18 s left$/);
      assert.match(progressLine({ ...stage, share: 0.0001 }, 2_000), /, 5 h 33 min left$/);
      assert.doesNotMatch(progressLine({ ...stage, share: undefined }, 2_000), /left/);
    });

    it('appears only on a terminal and is erased at the end', async () => {
      const bench = ['bench', 'filter.wasm', '--for', '1500ms'];
      for (const terminals of [['stderr'], []]) {
        const child = start(bench, terminals);
        const told = textOf(child.stderr);
        await once(child, 'close');
        assert.equal(/items\/s, \d s left/.test(await told), terminals.length > 0);
        assert.equal((await told).endsWith('\r\u001b[K'), terminals.length > 0);
      }
    });
  });

  describe('Ctrl-C', () => {
    for (const [signal, status] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      it(`${signal}: run leaves no partial file and keeps the previous one`, async () => {
        folder.write('result.jsonl', 'as it was');
        const child = start(['run', 'filter.wasm', '--output', 'result.jsonl'], ['stderr']);
        child.stdin?.on('error', () => undefined);
        // The progress is shown when something was written.
        const shown = once(child.stderr as NodeJS.ReadableStream, 'data');
        const feed = setInterval(() => child.stdin?.write(LINE), 20);
        await shown;
        assert.equal(temporaryFiles(folder).length, 1);
        child.kill(signal);
        const [code] = (await once(child, 'close')) as [number];
        clearInterval(feed);
        assert.equal(code, status);
        assert.equal(folder.read('result.jsonl'), 'as it was');
        assert.deepEqual(temporaryFiles(folder), []);
      });
    }

    it('ends a run that waits for input', async () => {
      const child = start(['run', 'filter.wasm', '--output', 'waiting.jsonl']);
      while (temporaryFiles(folder).length === 0) await new Promise(resolve => setTimeout(resolve, 20));
      child.kill('SIGINT');
      assert.deepEqual(await once(child, 'close'), [130, null]);
      assert.deepEqual(temporaryFiles(folder), []);
    });

    it('in the guest of a receiver: leaves no partial file and keeps the previous one', async () => {
      folder.write('beats.jsonl', 'as it was');
      // The guest blocks the thread: the signal comes when its first batch is printed.
      folder.write(
        'interrupts.cjs',
        `const { stringify } = JSON;
JSON.stringify = (value, ...rest) => {
  if (value?.resourceSpans) process.kill(process.pid, 'SIGINT');
  return stringify(value, ...rest);
};`,
      );
      const args = ['run', 'heartbeat.wasm', '--for', '1h', '--output', 'beats.jsonl'];
      const child = spawn(process.execPath, ['--require', './interrupts.cjs', MAIN, ...args], {
        cwd: folder.path,
      });
      assert.deepEqual(await once(child, 'close'), [null, 'SIGINT']);
      assert.equal(folder.read('beats.jsonl'), 'as it was');
      assert.deepEqual(temporaryFiles(folder), []);
    });

    it('a failed run leaves no partial file', async () => {
      folder.write('broken.jsonl', `${LINE}{"resourceSpans": 5}\n`);
      await assert.rejects(run('run filter.wasm broken.jsonl --output broken.out'), /line 2/);
      assert.ok(!readdirSync(folder.path).some(name => name.startsWith('broken.out')));
    });

    it('a receiver stops when the reader of its pipe closes it', async () => {
      const args = 'run heartbeat.wasm --config {"intervalMillis":1} --for 1h';
      const child = start(args.split(' '));
      const printed = textOf(child.stderr);
      await once(child.stdout as NodeJS.ReadableStream, 'data');
      child.stdout?.destroy();
      assert.deepEqual(await once(child, 'close'), [0, null]);
      assert.equal(await printed, '');
    });

    it('a failed receiver keeps the previous file', async () => {
      folder.write('beats.jsonl', 'as it was');
      await assert.rejects(run(`run heartbeat.wasm --config '{"intervalMillis":"x"}' --output beats.jsonl`));
      assert.equal(folder.read('beats.jsonl'), 'as it was');
      assert.deepEqual(temporaryFiles(folder), []);
    });

    it('bench prints the measurements so far', async () => {
      const child = start(['bench', 'filter.wasm', '--for', '1h', '--json'], ['stderr']);
      const printed = textOf(child.stdout);
      await once(child.stderr as NodeJS.ReadableStream, 'data');
      child.kill('SIGINT');
      assert.deepEqual(await once(child, 'close'), [130, null]);
      const result = JSON.parse(await printed) as { batches: number; itemsPerSecond: number };
      assert.ok(result.batches > 0 && result.itemsPerSecond > 0);
    });
  });

  describe('a full disk', () => {
    /** What each writes is larger than a file may be here, 4 KiB, but for some of the files of `init`. */
    const COMMANDS = {
      compile: { args: 'compile rules.yaml -o full/filter.wasm', existing: 'full/filter.wasm' },
      guests: { args: 'guests redact sample --out full', existing: 'full/redact.wasm' },
      init: { args: 'init my-filter', existing: undefined },
      run: { args: 'run filter.wasm long.jsonl --output full/out.jsonl', existing: 'full/out.jsonl' },
    };
    for (const [name, { args, existing }] of Object.entries(COMMANDS)) {
      it(`${name}: fails with a message, keeps the previous file and leaves no other`, async () => {
        mkdirSync(join(folder.path, 'full'), { recursive: true });
        folder.write('rules.yaml', RULES);
        folder.write('long.jsonl', LINE.repeat(200));
        if (existing !== undefined) folder.write(existing, 'as it was');
        const before = contentsOf(folder);
        await assert.rejects(
          promisify(execFile)(
            'sh',
            ['-c', 'ulimit -f 8; exec "$0" "$@"', process.execPath, MAIN, ...args.split(' ')],
            {
              cwd: folder.path,
            },
          ),
          /cannot be written: EFBIG/,
        );
        if (existing !== undefined) assert.equal(folder.read(existing), 'as it was');
        assert.deepEqual(contentsOf(folder), before);
      });
    }
  });

  describe('inputs that are read at once', () => {
    it('are rejected with the name of the limit before they are read to the end', async () => {
      for (const command of [
        ['run', 'filter.wasm'],
        ['bench', 'filter.wasm'],
      ]) {
        const child = start([...command, '-', '--max-document', '1']);
        const told = textOf(child.stderr);
        child.stdin?.on('error', () => undefined);
        // Without end: who wants all of it never answers.
        const feed = setInterval(() => child.stdin?.write(`{"resourceSpans": [\n${' '.repeat(2 ** 19)}`), 5);
        assert.deepEqual(await once(child, 'close'), [1, null]);
        clearInterval(feed);
        assert.match(await told, /^error: .*larger than --max-document \(1\.0 MiB\): JSON lines.*\n$/);
      }
    });

    it('have no size limit as JSON lines', async () => {
      folder.write('many.jsonl', LINE.repeat(8));
      assert.ok(8 * LINE.length > 2 ** 20);
      await run('run filter.wasm many.jsonl --max-document 1 --quiet --output many.out');
    });
  });

  describe('help and completion', () => {
    let commands: string[];
    before(async () => {
      commands = [...(await run('--help')).matchAll(/^ {2}(\w+) .*[[<]/gm)].map(([, name]) => name);
      commands = commands.filter(name => name !== 'help');
      assert.ok(commands.length >= 8, commands.join());
    });

    it('every command has examples, and its numbers have units', async () => {
      for (const name of commands) {
        const help = await run(`${name} --help`);
        assert.match(help, new RegExp(`\nExamples?:\n {2}otelwasm ${name}`));
        assert.doesNotMatch(help, /\(default: \d{4,}\)/);
      }
    });

    it('a shell completes commands, options and values', async function () {
      folder.write('completion.bash', await run('completion bash'));
      const complete = (...words: string[]): string[] => {
        const script = `. ./completion.bash; COMP_WORDS=(${words.map(word => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _otelwasm; printf '%s\\n' "\${COMPREPLY[@]}"`;
        return execFileSync('bash', ['-c', script], { cwd: folder.path, encoding: 'utf8' })
          .trim()
          .split('\n');
      };
      try {
        execFileSync('bash', ['--version']);
      } catch {
        this.skip();
      }
      assert.deepEqual(complete('otelwasm', 'co').sort(), ['compile', 'completion', 'conformance']);
      assert.deepEqual(complete('otelwasm', 'run', '--out').sort(), ['--output', '--output-format']);
      assert.deepEqual(complete('otelwasm', 'run', '--role', 'e'), ['exporter']);
      assert.deepEqual(complete('otelwasm', 'run', 'pretty'), ['pretty.json']);
    });

    for (const shell of ['zsh', 'fish']) {
      it(`the script for ${shell} has every command`, async () => {
        const script = await run(`completion ${shell}`);
        for (const name of commands) assert.match(script, new RegExp(`\\b${name}\\b`));
      });
    }
  });
}).timeout(60_000);

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}

/** All that is in the folder but its packages: there is this checkout, where other tests write. */
function contentsOf({ path }: ExampleFolder): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .flatMap(entry => [
      entry.name,
      ...(entry.isDirectory()
        ? readdirSync(join(path, entry.name), { recursive: true, encoding: 'utf8' })
        : []),
    ]);
}

function temporaryFiles({ path }: ExampleFolder): string[] {
  return readdirSync(path).filter(name => name.endsWith('.tmp'));
}
