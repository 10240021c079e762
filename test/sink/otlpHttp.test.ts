import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { diag } from '@opentelemetry/api';
import { createOtlpHttpSink, type OtlpHttpOptions, type SendOutcome } from '../../src/sink';
import { captureDiag } from '../support/diagLines';
import { withEnvironment } from '../support/environment';
import { type OtlpServer, startOtlpServer } from '../support/otlpServer';
import { names, tracesOf } from '../support/spans';
import { owned } from '../../src/abi';

function errorOf(outcome: SendOutcome): { code: string; message: string } {
  assert.equal(outcome.status, 'refused');
  return (outcome as { error: { code: string; message: string } }).error;
}

describe('OTLP/HTTP sink', () => {
  let server: OtlpServer;
  const lines = captureDiag();
  beforeEach(async () => (server = await startOtlpServer()));
  afterEach(() => server.close());

  const payload = tracesOf(...names(20));

  /** Sends one payload and ends the sink; the environment leads to the test's server. */
  async function sendOnce(
    environment: Record<string, string> = {},
    options: OtlpHttpOptions = {},
  ): Promise<SendOutcome> {
    const sink = withEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: server.url, ...environment }, () =>
      createOtlpHttpSink('traces', options),
    );
    const outcome = await sink.send(owned(payload));
    await sink.shutdown();
    return outcome;
  }

  describe('a request', () => {
    /** Whether it had left this process when it was answered. */
    async function isOut(url: string, options: OtlpHttpOptions = {}, bytes = payload): Promise<boolean> {
      const sink = createOtlpHttpSink('traces', { url, ...options });
      try {
        let isReleased = false;
        const batch = { bytes, release: () => void (isReleased = true) };
        assert.deepEqual(await sink.send(batch), { status: 'sent' });
        return isReleased;
      } finally {
        await sink.shutdown();
      }
    }

    it('counts as written when the server has answered', async () => {
      assert.equal(await isOut(server.url), true);
      assert.equal(await isOut(server.url, { keepAlive: false }), true);
    });

    it('does not count as written when compressed', async () => {
      assert.equal(await isOut(server.url, { compression: 'gzip' as OtlpHttpOptions['compression'] }), false);
    });

    it('does not count as written when the server answers before reading all of it', async () => {
      const hasty = createServer(socket => {
        socket.on('error', () => undefined);
        socket.once('data', () => {
          socket.pause();
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
        });
      });
      hasty.listen(0, '127.0.0.1');
      await once(hasty, 'listening');
      const sockets: Socket[] = [];
      hasty.on('connection', socket => sockets.push(socket));
      const url = `http://127.0.0.1:${(hasty.address() as AddressInfo).port}`;
      assert.equal(await isOut(url, {}, new Uint8Array(32 * 2 ** 20)), false);
      for (const socket of sockets) socket.destroy();
      hasty.close();
    });
  });

  it('sends the bytes unchanged as protobuf to v1/traces of the endpoint', async () => {
    assert.deepEqual(await sendOnce(), { status: 'sent' });
    const [{ path, headers, body }] = server.requests;
    assert.deepEqual(body, payload);
    assert.equal(path, '/v1/traces');
    assert.equal(headers['content-type'], 'application/x-protobuf');
    assert.equal(headers['content-encoding'], undefined);
  });

  it('sends metrics and logs to separate paths', async () => {
    for (const signal of ['metrics', 'logs'] as const) {
      const sink = withEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: `${server.url}/base/` }, () =>
        createOtlpHttpSink(signal),
      );
      assert.deepEqual(await sink.send(owned(Uint8Array.of(10, 0))), { status: 'sent' });
      await sink.shutdown();
    }
    assert.deepEqual(
      server.requests.map(({ path }) => path),
      ['/base/v1/metrics', '/base/v1/logs'],
    );
  });

  for (const variable of ['OTEL_EXPORTER_OTLP_COMPRESSION', 'OTEL_EXPORTER_OTLP_TRACES_COMPRESSION']) {
    it(`compresses the same bytes with ${variable}`, async () => {
      assert.deepEqual(await sendOnce({ [variable]: 'gzip' }), { status: 'sent' });
      const [{ headers, body, payload: unzipped }] = server.requests;
      assert.equal(headers['content-encoding'], 'gzip');
      assert.ok(body.length < payload.length);
      assert.deepEqual(unzipped, payload);
    });
  }

  for (const compression of ['none', 'gzip']) {
    it(`retries after a 503 with the same bytes: ${compression}`, async () => {
      server.answer({ status: 503, headers: { 'retry-after': '0' } });
      assert.deepEqual(await sendOnce({ OTEL_EXPORTER_OTLP_COMPRESSION: compression }), { status: 'sent' });
      assert.deepEqual(
        server.requests.map(request => request.payload),
        [payload, payload],
      );
    });
  }

  it('reads headers from the environment; those of the signal override', async () => {
    await sendOnce({
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=general,tenant=a%20b',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'api-key=special',
    });
    const [{ headers }] = server.requests;
    assert.equal(headers['api-key'], 'special');
    assert.equal(headers.tenant, 'a b');
  });

  it('uses the endpoint of the signal without a suffix', async () => {
    await sendOnce({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${server.url}/own/path`,
    });
    assert.equal(server.requests[0].path, '/own/path');
  });

  it('prefers options to the environment', async () => {
    await sendOnce(
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
        OTEL_EXPORTER_OTLP_HEADERS: 'a=environment,b=environment',
      },
      { url: `${server.url}/option`, headers: { a: 'option' } },
    );
    const [{ path, headers }] = server.requests;
    assert.deepEqual([path, headers.a, headers.b], ['/option', 'option', 'environment']);
  });

  for (const variable of ['OTEL_EXPORTER_OTLP_TIMEOUT', 'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT']) {
    it(`fails after ${variable}`, async () => {
      server.answer({ hang: true });
      const { code } = errorOf(await sendOnce({ [variable]: '300' }));
      assert.equal(code, 'EXPORT_FAILED');
      assert.equal(server.requests.length, 1);
    });
  }

  it('does not retry after a 400', async () => {
    server.answer({ status: 400 });
    const { code, message } = errorOf(await sendOnce());
    assert.equal(code, 'EXPORT_FAILED');
    assert.match(message, /^OTLP\/HTTP failed: /);
    assert.equal(server.requests.length, 1);
  });

  it('fails with EXPORT_FAILED when no server listens', async () => {
    const outcome = await sendOnce({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_EXPORTER_OTLP_TIMEOUT: '200',
    });
    assert.match(errorOf(outcome).message, /ECONNREFUSED|timed? ?out|retryable/i);
  });

  it('logs a partial success and counts the batch as sent', async () => {
    // ExportTraceServiceResponse { partial_success { rejected_spans: 3, error_message: "no" } }
    server.answer({
      headers: { 'content-type': 'application/x-protobuf' },
      body: Uint8Array.of(10, 6, 8, 3, 18, 2, 110, 111),
    });
    assert.deepEqual(await sendOnce(), { status: 'sent' });
    assert.ok(
      lines.some(line => /^warn: .*Partial Success/i.test(line)),
      lines.join('\n'),
    );
    diag.disable();
  });

  it('sends nothing after shutdown and fails with SHUTDOWN', async () => {
    const sink = createOtlpHttpSink('traces', { url: server.url });
    await sink.shutdown();
    assert.equal(errorOf(await sink.send(owned(payload))).code, 'SHUTDOWN');
    assert.equal(server.requests.length, 0);
  });

  it('forceFlush waits for requests in flight', async () => {
    const sink = createOtlpHttpSink('traces', { url: server.url });
    server.answer({ status: 503, headers: { 'retry-after': '0' } });
    let sent = false;
    void sink.send(owned(payload)).then(() => (sent = true));
    await sink.forceFlush();
    assert.ok(sent);
    await sink.shutdown();
  });
});
