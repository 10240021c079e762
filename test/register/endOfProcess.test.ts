import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { built } from '../support/built';
import { ExampleFolder, ROOT } from '../support/docs';
import { ALL_PLANTED, PLANTED_IN_RESOURCE, plantedIn, PLANTS } from './plantedSecrets';
import { inParallel, type Outcome, runApp } from './runApp';
import { stockRegister } from './stockRegister';

/** What is queued in the app when it ends: items of all signals, full of secrets. */
const APP = `
const { trace, metrics, ROOT_CONTEXT } = require('@opentelemetry/api');
const { logs = require('@opentelemetry/api-logs').logs } = require('@opentelemetry/api');
${PLANTS}
for (let i = 0; i < 9; i++) trace.getTracer('app').startSpan('GET /users').end();
plantSpan(trace.getTracerProvider());
plantMetrics(metrics.getMeterProvider());
plantLogs({ getLogger: (...scope) => logs.getLogger(...scope) });
`;
const WAITING = '10 spans, 2 log records, the metrics since the last report';
const HOLD = 'const hold = setInterval(() => undefined, 1_000);';
const kill = (signal: string): string => `${HOLD} process.kill(process.pid, '${signal}');`;

interface End {
  readonly what: string;
  /** What the app does after its last span. */
  readonly code: string;
  /** How the process ends: a signal, or its status. */
  readonly by: NodeJS.Signals | number;
  /** What happens to the queued items. */
  readonly waiting: 'sent' | 'lost';
  /** Run by every `npm test`, beside signal-exit. */
  readonly always?: true;
}

/** All endings with FULL_TESTS. */
const FULL = Boolean(process.env.FULL_TESTS);

const ENDS: readonly End[] = [
  { what: 'an empty event loop', code: '', by: 0, waiting: 'sent' },
  { always: true, what: 'SIGTERM', code: kill('SIGTERM'), by: 'SIGTERM', waiting: 'sent' },
  { always: true, what: 'SIGINT (Ctrl-C)', code: kill('SIGINT'), by: 'SIGINT', waiting: 'sent' },
  { what: 'SIGHUP', code: kill('SIGHUP'), by: 'SIGHUP', waiting: 'sent' },
  {
    always: true,
    what: 'SIGTERM, and the app closes its resources',
    code: `process.on('SIGTERM', () => clearInterval(hold)); ${kill('SIGTERM')}`,
    by: 0,
    waiting: 'sent',
  },
  {
    what: 'SIGTERM, and the app calls `process.exit()` at once',
    code: `process.on('SIGTERM', () => process.exit(3)); ${kill('SIGTERM')}`,
    by: 3,
    waiting: 'lost',
  },
  { always: true, what: '`process.exit()`', code: 'process.exit(3);', by: 3, waiting: 'lost' },
  { what: 'an uncaught exception', code: "throw new Error('a bug');", by: 1, waiting: 'lost' },
  { what: 'an unhandled rejection', code: "Promise.reject(new Error('a bug'));", by: 1, waiting: 'lost' },
];

/** A package that many command lines load, such as npm: it does nothing if others listen to a signal. */
const V3 = "require('signal-exit-3')(() => undefined);";
const V4 = "require('signal-exit').onExit(() => undefined);";

/** What runs beside the app: code, and whether it loads before otelwasm. */
interface Beside {
  readonly name: string;
  readonly code: string;
  readonly isFirst?: true;
}
const NOTHING: Beside = { name: '', code: '' };
const SIGNAL_EXITS: readonly Beside[] = [
  { name: ' with signal-exit 3', code: V3 },
  { name: ' with signal-exit 4', code: V4 },
  { name: ' with both signal-exit', code: V3 + V4 },
  { name: ' after signal-exit 3', code: V3, isFirst: true },
  { name: ' after signal-exit 4', code: V4, isFirst: true },
];

const DOCUMENT = join(ROOT, 'docs/zero-code.md');

/** The table's head, and its rows. */
const TABLE = /(?<=\n)(\| the end \|.*\n\|[ -|]+\n)(?:\|.*\n)+/;

const cellOf = (waiting: string, by: NodeJS.Signals | number): string =>
  `${waiting}; ${by === 'SIGKILL' ? 'never ends' : typeof by === 'number' ? `status ${by}` : by}`;

/** An outcome in the table: items of each signal were sent, or nothing. */
function cell({ by, sent }: Outcome): string {
  const signals = { spans: /GET \/users/, metrics: /counter\./, 'log records': /log\.|planted body|body/ };
  const found = Object.entries(signals).flatMap(([items, wanted]) => (wanted.test(sent) ? [items] : []));
  return cellOf(
    found.length === 3 ? 'sent' : found.length === 0 ? 'lost' : `only ${found.join(', ')} sent`,
    by,
  );
}

const run = (folder: string, args: readonly string[]): Promise<Outcome> =>
  runApp(folder, args, {
    ...PLANTED_IN_RESOURCE,
    OTELWASM_TRACES_GUEST: 'otelwasm:redact',
    OTELWASM_METRICS_GUEST: 'otelwasm:redact',
    OTELWASM_LOGS_GUEST: 'otelwasm:redact',
    OTEL_NODE_RESOURCE_DETECTORS: 'env',
  });

describe('the end of a process with otelwasm/register', () => {
  let folder: ExampleFolder;
  const ours = new Map<string, Outcome>();
  const cases = ENDS.flatMap(end =>
    (FULL ? [NOTHING, ...SIGNAL_EXITS] : end.always ? SIGNAL_EXITS.slice(0, 2) : []).map(beside => ({
      ...end,
      beside,
      key: `${end.what}${beside.name}`,
    })),
  );

  before(async function () {
    this.timeout(300_000);
    built();
    folder = new ExampleFolder(
      new Map([
        ['v3.cjs', V3],
        ['v4.cjs', V4],
      ]),
    );
    await inParallel(cases, async ({ key, beside, code }) => {
      const first = beside.isFirst ? ['--require', beside.code === V3 ? './v3.cjs' : './v4.cjs'] : [];
      const app = beside.isFirst ? APP + code : beside.code + APP + code;
      ours.set(key, await run(folder.path, [...first, '--require', 'otelwasm/register', '-e', app]));
    });
  });
  after(() => folder.remove());

  for (const { key, by, waiting } of cases) {
    it(`${key}: ${waiting}, ends with ${by}, and leaks no secret`, () => {
      const outcome = ours.get(key) ?? assert.fail();
      assert.equal(cell(outcome), cellOf(waiting, by), outcome.stderr);
      assert.deepEqual(plantedIn(outcome.sent), []);
      const told = `otelwasm/register: the process exited and lost ${WAITING}\n`;
      assert.equal(outcome.stderr.includes(told), waiting === 'lost', outcome.stderr);
    });
  }

  if (FULL) {
    it('matches docs/zero-code.md, beside the stock register (UPDATE=1 writes it)', async function () {
      this.timeout(300_000);
      const stock = await inParallel(ENDS, ({ code }) =>
        run(stockRegister().folder, ['--require', stockRegister().name, '-e', APP + code]),
      );
      const rows = ENDS.map(({ what }, index) => {
        const beside = SIGNAL_EXITS.map(({ name }) => cell(ours.get(what + name) as Outcome));
        const cells = [
          cell(ours.get(what) as Outcome),
          [...new Set(beside)].join(' or '),
          cell(stock[index]),
        ];
        return `| ${[what, ...cells].join(' | ')} |\n`;
      });
      const page = readFileSync(DOCUMENT, 'utf8');
      const generated = page.replace(TABLE, (_, head: string) => head + rows.join(''));
      if (process.env.UPDATE === '1') writeFileSync(DOCUMENT, generated);
      else
        assert.equal(page, generated, 'UPDATE=1 FULL_TESTS=1 npx mocha test/register/endOfProcess.test.ts');
      // Without guests, every planted secret leaves.
      assert.deepEqual(plantedIn(stock[0].sent), ALL_PLANTED);
    });
  }
});
