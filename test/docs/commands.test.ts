import assert from 'node:assert/strict';
import { join } from 'node:path';
import { spanNames } from '../support/decodeOtlp';
import { instructionsIn, ReadersFolder, ROOT } from '../support/docs';
import { type OtlpServer, startOtlpServer } from '../support/otlpServer';

/** Names of the spans that each document's apps send, all told. */
const DOCUMENTS: Readonly<Record<string, readonly string[]>> = {
  'docs/cli.md': [],
  'docs/testing.md': [],
  'docs/zero-code.md': ['GET /users', 'GET /users', 'the last one'],
  'docs/config-file.md': ['GET /users'],
};

describe('commands in the docs', () => {
  let server: OtlpServer;
  before(async () => {
    server = await startOtlpServer();
  });
  after(() => server.close());

  for (const [document, spans] of Object.entries(DOCUMENTS)) {
    describe(document, () => {
      const { blocks, files } = instructionsIn(join(ROOT, document));
      let folder: ReadersFolder;
      let sentBefore: number;
      before(() => {
        folder = new ReadersFolder(files);
        sentBefore = server.requests.length;
      });
      after(() => folder.remove());

      assert.ok(blocks.length > 0, document);
      for (const { line, commands } of blocks) {
        it(`line ${line}: ${commands.trim().split('\n')[0]}`, async () => {
          await folder.run(commands, {
            OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
            OTEL_METRICS_EXPORTER: 'none',
            OTEL_LOGS_EXPORTER: 'none',
          });
        }).timeout(60_000);
      }

      it('send what they say', () => {
        const sent = server.requests.slice(sentBefore).flatMap(({ payload }) => spanNames(payload));
        assert.deepEqual(sent, spans);
      });
    });
  }
});
