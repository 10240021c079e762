import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../../package.json';
import { spanNames } from '../support/decodeOtlp';
import { codeBlocksIn, documents, instructionsIn, ExampleFolder, ROOT } from '../support/docs';
import { type OtlpServer, startOtlpServer } from '../support/otlpServer';

const { FULL_TESTS } = process.env;

/** Names of the spans that a document's apps send, all told; those of other documents send none. */
const SENT: Readonly<Record<string, readonly string[]>> = {
  'docs/getting-started.md': ['GET /users'],
  'docs/zero-code.md': ['GET /users', 'GET /users', 'GET /users', 'the last one'],
  'docs/config-file.md': ['GET /users', 'GET /users'],
};

describe('commands in the docs', () => {
  let server: OtlpServer;
  before(async () => {
    server = await startOtlpServer();
  });
  after(() => server.close());

  // It takes a minute to run them all.
  for (const document of FULL_TESTS ? documents() : []) {
    const { commands, files } = instructionsIn(document);
    if (commands.length === 0) continue;
    describe(document, () => {
      let folder: ExampleFolder;
      let sentBefore: number;
      before(() => {
        folder = new ExampleFolder(files);
        sentBefore = server.requests.length;
      });
      after(() => folder.remove());

      for (const { line, content } of commands) {
        it(`line ${line}: ${content.trim().split('\n')[0]}`, async () => {
          await folder.run(content, {
            OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
            OTEL_METRICS_EXPORTER: 'none',
            OTEL_LOGS_EXPORTER: 'none',
          });
        }).timeout(60_000);
      }

      it('send what the document says', () => {
        const sent = server.requests.slice(sentBefore).flatMap(({ payload }) => spanNames(payload));
        assert.deepEqual(sent, SENT[document] ?? []);
      });

      it('use every file that the document shows', () => {
        const all = commands.map(({ content }) => content).join('');
        for (const name of files.keys()) assert.ok(all.includes(name), name);
      });
    });
  }

  describe('that run elsewhere', () => {
    for (const document of documents()) {
      for (const { line, notRunHere } of codeBlocksIn(document)) {
        if (notRunHere === undefined) continue;
        it(`${document}:${line}: ${notRunHere}`, () => {
          const runners = notRunHere.match(/[\w-]+(\/[\w-]+)+(\.test\.ts|\.mjs)/g) ?? [];
          assert.ok(runners.length > 0 || notRunHere.startsWith('no check does'), 'which check runs it?');
          for (const path of runners) assert.ok(existsSync(join(ROOT, path)), path);
        });
      }
    }
  });

  it('name existing scripts, also in prose', () => {
    for (const document of documents()) {
      const text = readFileSync(join(ROOT, document), 'utf8');
      for (const [, name] of text.matchAll(/\bnpm run ([\w:]+)/g))
        assert.ok(name in packageJson.scripts, `${document}: npm run ${name}`);
      for (const [, path] of text.matchAll(/(?:\bnode|npx ts-node|npx mocha) ([\w-]+\/[\w./-]+\.\w+)/g))
        assert.ok(existsSync(join(ROOT, path)), `${document}: ${path}`);
      for (const [, command] of text.matchAll(/\bnpx otelwasm (\w+)/g))
        assert.match(command, /^(compile|guests|inspect|run|bench|conformance|init)$/, document);
    }
  });
});
