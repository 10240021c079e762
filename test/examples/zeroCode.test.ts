import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { decodeOtlp, spanNames } from '../support/decodeOtlp';
import { codeBlocksIn, ROOT } from '../support/docs';
import { type OtlpServer, startOtlpServer } from '../support/otlpServer';

describe('examples/zero-code', () => {
  let server: OtlpServer;
  before(async () => {
    server = await startOtlpServer();
  });
  after(() => server.close());

  it('does what its README says when run with the documented command', async () => {
    const [{ content }] = codeBlocksIn('examples/zero-code/README.md');
    const { stdout } = await promisify(execFile)('sh', ['-eu', '-c', content], {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
      },
    });
    assert.match(stdout, /served 3 requests/);
    const payloads = server.requests.map(({ payload }) => payload);
    assert.deepEqual(payloads.flatMap(spanNames), ['GET /users', 'GET /orders']);
    const text = JSON.stringify(payloads.map(payload => decodeOtlp('traces', payload) as unknown));
    assert.match(text, /"user\.email","value":\{"stringValue":"\*\*\*"\}/);
    assert.doesNotMatch(text, /jane@example\.com/);
  });
}).timeout(30_000);
