import assert from 'node:assert/strict';
import { mock } from 'node:test';
import timers from 'node:timers/promises';
import { diag } from '@opentelemetry/api';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { type OtelWasmError, owned, SIGNALS, type Signal } from '../../src/abi';
import { sampleData } from '../../src/testing';
import { decodeTraces } from '../../src/otlp';
import { otlpFromJson } from '../../src/otlp/json';
import { createOtlpSink, type SendOutcome, type Sink } from '../../src/sink';
import { loadFromApp } from '../../src/sink/loadFromApp';
import { captureDiag } from '../support/diagLines';
import { decodeOtlp } from '../support/decodeOtlp';
import { withEnvironment } from '../support/environment';
import { type OtlpServer, startOtlpServer } from '../support/otlpServer';
import { field, times } from '../support/protobuf';
import { names, tracesOf } from '../support/spans';

const PATHS: Record<Signal, string> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
};

interface GrpcRequest {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly metadata: Record<string, unknown>;
}

/** An OTLP/gRPC receiver that keeps what it is sent, as bytes. */
async function startGrpcServer(): Promise<{ url: string; requests: GrpcRequest[]; close: () => void }> {
  const requests: GrpcRequest[] = [];
  const server = new Server();
  const same = (bytes: Buffer): Buffer => bytes;
  for (const path of Object.values(PATHS)) {
    const definition = {
      export: {
        path,
        requestStream: false as const,
        responseStream: false as const,
        requestSerialize: same,
        requestDeserialize: same,
        responseSerialize: same,
        responseDeserialize: same,
      },
    };
    server.addService(definition, {
      export: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
        requests.push({ path, bytes: Uint8Array.from(call.request), metadata: call.metadata.getMap() });
        answer(null, Buffer.alloc(0));
      },
    });
  }
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { url: `http://127.0.0.1:${port}`, requests, close: () => server.forceShutdown() };
}

describe('OTEL_EXPORTER_OTLP_PROTOCOL', () => {
  captureDiag();
  const payloads = Object.fromEntries(
    SIGNALS.map(signal => [signal, otlpFromJson(signal, sampleData(signal, 5) as never)]),
  ) as Record<Signal, Uint8Array>;

  async function send(
    signal: Signal,
    environment: Record<string, string>,
    options?: Parameters<typeof createOtlpSink>[1],
  ): Promise<SendOutcome> {
    const sink = withEnvironment(environment, () => createOtlpSink(signal, options));
    const outcome = await sink.send(owned(payloads[signal]));
    await sink.forceFlush();
    await sink.shutdown();
    return outcome;
  }

  describe('grpc', () => {
    let server: Awaited<ReturnType<typeof startGrpcServer>>;
    before(async () => (server = await startGrpcServer()));
    after(() => server.close());
    beforeEach(() => void server.requests.splice(0));

    for (const signal of SIGNALS) {
      it(`sends ${signal} unchanged`, async () => {
        const environment = {
          OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
          OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
          OTEL_EXPORTER_OTLP_HEADERS: 'a=environment',
        };
        assert.deepEqual(await send(signal, environment, { headers: { b: 'option' } }), { status: 'sent' });
        const [{ path, bytes, metadata }] = server.requests;
        assert.equal(path, PATHS[signal]);
        assert.deepEqual(bytes, payloads[signal]);
        assert.deepEqual([metadata.a, metadata.b], ['environment', 'option']);
      });
    }

    it('is rejected with options of HTTP', () => {
      const headers = (): Promise<Record<string, string>> => Promise.resolve({});
      const create = (options: object) => () =>
        withEnvironment({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, () => createOtlpSink('traces', options));
      assert.throws(create({ headers }), { code: 'INVALID_OPTION', message: /otlp\.headers as a function/ });
      assert.throws(create({ httpAgentOptions: {} }), {
        code: 'INVALID_OPTION',
        message: /httpAgentOptions/,
      });
    });
  });

  describe('over HTTP', () => {
    let server: OtlpServer;
    beforeEach(async () => (server = await startOtlpServer()));
    afterEach(() => server.close());

    for (const signal of SIGNALS) {
      it(`http/json sends ${signal} as JSON with the same items`, async () => {
        const environment = {
          OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
          [`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_PROTOCOL`]: 'http/json',
          OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
        };
        assert.deepEqual(await send(signal, environment), { status: 'sent' });
        const [{ path, headers, body }] = server.requests;
        assert.equal(path, `/v1/${signal}`);
        assert.equal(headers['content-type'], 'application/json');
        const sent = otlpFromJson(signal, JSON.parse(Buffer.from(body).toString()) as never);
        assert.deepEqual(decodeOtlp(signal, sent), decodeOtlp(signal, payloads[signal]));
      });
    }

    const overJson = (): Sink =>
      withEnvironment(
        { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_ENDPOINT: server.url },
        () => createOtlpSink('traces'),
      );

    it('http/json converts large batches in parts that yield to the event loop', async () => {
      const turns = mock.method(timers, 'setImmediate');
      const outcome = await overJson().send(owned(tracesOf(...names(40_000))));
      turns.mock.restore();
      assert.deepEqual(outcome, { status: 'sent' });
      assert.ok(turns.mock.callCount() > 1);
      const sent = server.requests.map(({ body }) =>
        otlpFromJson('traces', JSON.parse(Buffer.from(body).toString()) as never),
      );
      assert.ok(sent.length > 1);
      assert.deepEqual(
        sent.flatMap(part => decodeTraces(part).map(span => span.name)),
        names(40_000),
      );
    });

    it('http/json rejects a result that would take seconds and gigabytes to convert', async () => {
      const events = field(1, field(2, field(2, times(2 ** 20, 0x5a, 0))));
      const outcome = await overJson().send(owned(events));
      assert.equal(outcome.status === 'refused' && outcome.error.code, 'DECODE');
      assert.equal(server.requests.length, 0);
    });

    it('a URL in the options selects HTTP, also with grpc in the environment', async () => {
      const outcome = await send('traces', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, { url: server.url });
      assert.deepEqual(outcome, { status: 'sent' });
      assert.deepEqual(server.requests[0].body, payloads.traces);
    });

    it('reports the response of the server', async () => {
      server.answer({ status: 400, body: Buffer.from('no such tenant\n') });
      const outcome = await send('traces', { OTEL_EXPORTER_OTLP_ENDPOINT: server.url });
      assert.equal(outcome.status, 'refused');
      const { error } = outcome as { error: OtelWasmError };
      assert.equal(error.message, 'OTLP/HTTP failed: Bad Request (400): no such tenant\\n');
    });
  });

  it('is rejected when unknown', () => {
    const create = () =>
      withEnvironment({ OTEL_EXPORTER_OTLP_PROTOCOL: 'thrift' }, () => createOtlpSink('logs'));
    assert.throws(create, {
      code: 'INVALID_OPTION',
      message: 'OTEL_EXPORTER_OTLP_PROTOCOL is "thrift": allowed are grpc, http/protobuf, http/json',
    });
  });

  it('returns undefined for a package that the app does not have', () => {
    assert.equal(loadFromApp('@opentelemetry/no-such-package', ['@opentelemetry/sdk-node']), undefined);
  });
});

describe('an endpoint without a scheme', () => {
  it('is rejected when it looks like one with another scheme', () => {
    const create = () =>
      withEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, () => createOtlpSink('logs'));
    assert.throws(create, {
      code: 'INVALID_OPTION',
      message: /endpoint is "collector:4318.*allowed are URLs/,
    });
  });
});

describe('settings that are ignored', () => {
  for (const [what, variable, value, told] of [
    ['an endpoint without a scheme', 'ENDPOINT', '127.0.0.1:4318', /127\.0\.0\.1:4318/],
    ['a missing certificate', 'CERTIFICATE', '/nowhere/ca.pem', /root certificate/],
    ['an unknown compression', 'LOGS_COMPRESSION', 'brotli', /LOGS_COMPRESSION.*brotli/],
  ] as const) {
    it(`${what}: logged once on stderr when the app has no logger`, () => {
      diag.disable();
      const lines: string[] = [];
      const write = process.stderr.write.bind(process.stderr);
      process.stderr.write = line => lines.push(String(line)) > 0;
      try {
        for (let twice = 0; twice < 2; twice++)
          withEnvironment({ [`OTEL_EXPORTER_OTLP_${variable}`]: value }, () => createOtlpSink('logs'));
      } finally {
        process.stderr.write = write;
      }
      assert.equal(lines.length, 1, lines.join(''));
      assert.match(lines[0], told);
      assert.match(lines[0], /^otelwasm: /);
    });
  }
});
