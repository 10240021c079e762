import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** The three paths of OTLP/HTTP. */
export type SinkPath = '/v1/traces' | '/v1/metrics' | '/v1/logs';

/** An OTLP/HTTP endpoint on loopback that keeps what it is sent: what left the process, for everyone to see. */
export interface EmbeddedSink {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  /** Bodies received on a path, gunzipped, in order. */
  received(path: SinkPath): readonly Uint8Array[];
  close(): Promise<void>;
}

/** Starts the endpoint on a free port. `onReceived` is told of each body. */
export async function startEmbeddedSink(
  onReceived: (path: SinkPath, body: Uint8Array) => void = () => undefined,
): Promise<EmbeddedSink> {
  const received = new Map<string, Uint8Array[]>();
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const body = new Uint8Array(request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw);
      const path = request.url as SinkPath;
      received.set(path, [...(received.get(path) ?? []), body]);
      onReceived(path, body);
      response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  // An example that fails ends; it is not held by its own sink.
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: path => received.get(path) ?? [],
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
