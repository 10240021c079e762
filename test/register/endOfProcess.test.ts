import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built } from '../support/built';
import { spanNames } from '../support/decodeOtlp';
import { ReadersFolder, ROOT } from '../support/docs';
import { startOtlpServer } from '../support/otlpServer';

const SPANS = 10;
const APP = `
const { trace, metrics } = require('@opentelemetry/api');
for (let i = 0; i < ${SPANS}; i++) trace.getTracer('app').startSpan('GET /users').end();
`;
const HOLD = 'const hold = setInterval(() => undefined, 1_000);';
const kill = (signal: string): string => `${HOLD} process.kill(process.pid, '${signal}');`;

interface End {
  readonly what: string;
  /** What the app does after its last span. */
  readonly code: string;
  /** How the process ends: a signal, or its status. */
  readonly by: NodeJS.Signals | number;
  /** What becomes of the spans. */
  readonly spans: 'sent' | 'lost';
  /** Run by every `npm test`, beside signal-exit. */
  readonly always?: true;
}

/** All ends where there is time for it. */
const FULL = Boolean(process.env.FULL_TESTS);

const ENDS: readonly End[] = [
  { what: 'nothing left to do', code: '', by: 0, spans: 'sent' },
  { always: true, what: 'SIGTERM', code: kill('SIGTERM'), by: 'SIGTERM', spans: 'sent' },
  { always: true, what: 'SIGINT (Ctrl-C)', code: kill('SIGINT'), by: 'SIGINT', spans: 'sent' },
  { what: 'SIGHUP', code: kill('SIGHUP'), by: 'SIGHUP', spans: 'sent' },
  {
    always: true,
    what: 'SIGTERM, and the app closes what it has',
    code: `process.on('SIGTERM', () => clearInterval(hold)); ${kill('SIGTERM')}`,
    by: 0,
    spans: 'sent',
  },
  {
    what: 'SIGTERM, and the app calls `process.exit()` at once',
    code: `process.on('SIGTERM', () => process.exit(3)); ${kill('SIGTERM')}`,
    by: 3,
    spans: 'lost',
  },
  { always: true, what: '`process.exit()`', code: 'process.exit(3);', by: 3, spans: 'lost' },
  { what: 'an uncaught exception', code: "throw new Error('a bug');", by: 1, spans: 'lost' },
  { what: 'an unhandled rejection', code: "Promise.reject(new Error('a bug'));", by: 1, spans: 'lost' },
];

/** What many command lines load, npm among them. It stands back when anybody else listens to a signal. */
const SIGNAL_EXIT = "require('signal-exit').onExit(() => undefined);";

interface Outcome {
  readonly by: NodeJS.Signals | number;
  readonly sent: number;
  readonly stderr: string;
}

/** Runs an app with a register to its end; one that hangs is ended after ten seconds. */
async function run(folder: string, register: string, code: string): Promise<Outcome> {
  const server = await startOtlpServer();
  try {
    const app = spawn(process.execPath, ['--require', register, '-e', code], {
      cwd: folder,
      env: {
        OTELWASM_TRACES_GUEST: 'filter.wasm',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
        OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
        OTEL_NODE_RESOURCE_DETECTORS: 'env',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    app.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    const hung = setTimeout(() => app.kill('SIGKILL'), 10_000);
    const [status, signal] = (await once(app, 'close')) as [number | null, NodeJS.Signals | null];
    clearTimeout(hung);
    const sent = server.requests.flatMap(({ payload }) => spanNames(payload)).length;
    return { by: signal ?? status ?? -1, sent, stderr };
  } finally {
    await server.close();
  }
}

/** All of some work, four at a time: each is a process that takes most of a second. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index]);
  };
  await Promise.all(Array.from({ length: 4 }, lane));
  return results;
}

describe('the end of a process with otelwasm/register', () => {
  let folder: ReadersFolder;
  const ours = new Map<string, Outcome>();
  const cases = ENDS.flatMap(end =>
    (FULL ? ['', SIGNAL_EXIT] : end.always ? [SIGNAL_EXIT] : []).map(beside => ({
      ...end,
      beside,
      key: `${end.what}${beside && ' with signal-exit'}`,
    })),
  );

  before(async function () {
    this.timeout(120_000);
    built();
    folder = new ReadersFolder();
    await inParallel(cases, async ({ key, beside, code }) => {
      ours.set(key, await run(folder.path, 'otelwasm/register', beside + APP + code));
    });
  });
  after(() => folder.remove());

  for (const { key, by, spans } of cases) {
    it(`${key}: ${spans}, ends with ${by}`, () => {
      const outcome = ours.get(key) ?? assert.fail();
      assert.deepEqual([outcome.by, outcome.sent], [by, spans === 'sent' ? SPANS : 0], outcome.stderr);
      const told = `otelwasm/register: the process ended at once, which lost ${SPANS} spans\n`;
      assert.equal(outcome.stderr.includes(told), spans === 'lost', outcome.stderr);
    });
  }

  /** One row an end; what the stock register does is filled in where it is installed. */
  const DOCUMENT = join(ROOT, 'docs/zero-code.md');
  const rowsOf = (document: string): RegExpMatchArray[] =>
    [...document.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].filter(([, what]) =>
      ENDS.some(end => end.what === what),
    );
  const cell = ({ by, sent }: Outcome): string => {
    const end = by === 'SIGKILL' ? 'never ends' : typeof by === 'number' ? `status ${by}` : by;
    return `${sent === SPANS ? 'sent' : `lost`}; ${end}`;
  };

  if (FULL) {
    it('is what docs/zero-code.md says', () => {
      const document = readFileSync(DOCUMENT, 'utf8');
      const said = rowsOf(document).map(([, what, without, beside]) => [what, without, beside]);
      const found = ENDS.map(({ what }) => [
        what,
        ...['', ' with signal-exit'].map(suffix => cell(ours.get(what + suffix) as Outcome)),
      ]);
      assert.deepEqual(said, found);
    });

    it("is beside the stock register's, as docs/zero-code.md says", async function () {
      this.timeout(300_000);
      const stock = mkdtempSync(join(tmpdir(), 'otelwasm-stock-'));
      try {
        writeFileSync(join(stock, 'package.json'), '{}');
        const packages = ['@opentelemetry/api@1.9', '@opentelemetry/auto-instrumentations-node@0.81'];
        execFileSync('npm', ['install', '--no-audit', '--no-fund', ...packages], { cwd: stock });
        const outcomes = await inParallel(ENDS, ({ code }) =>
          run(stock, '@opentelemetry/auto-instrumentations-node/register', APP + code),
        );
        const said = rowsOf(readFileSync(DOCUMENT, 'utf8')).map(row => row[4]);
        assert.deepEqual(said, outcomes.map(cell));
      } finally {
        rmSync(stock, { recursive: true });
      }
    });
  }
});
