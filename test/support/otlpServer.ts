import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** One received request. */
export interface OtlpRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As on the wire. */
  readonly body: Uint8Array;
  /** Without compression. */
  readonly payload: Uint8Array;
}

/** A response: by default status 200 without a body, at once; `hang` sends no response. */
export interface OtlpAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
  readonly afterMillis?: number;
  readonly hang?: boolean;
}

/** An OTLP/HTTP receiver on loopback that records its requests. */
export interface OtlpServer {
  /** Like `http://127.0.0.1:40123`, without a path. */
  readonly url: string;
  readonly requests: readonly OtlpRequest[];
  /** Answers to the next requests, in order; all others get 200. */
  answer(...answers: OtlpAnswer[]): void;
  /** Resolves when the server has received this many requests in total. */
  received(count: number): Promise<void>;
  /** Also closes connections, including those that hang. */
  close(): Promise<void>;
}

export async function startOtlpServer(): Promise<OtlpServer> {
  const requests: OtlpRequest[] = [];
  const answers: OtlpAnswer[] = [];
  let waiting: { count: number; resolve: () => void }[] = [];

  const server = createServer((request, response) => {
    void bodyOf(request).then(body => {
      const payload =
        request.headers['content-encoding'] === 'gzip' ? Uint8Array.from(gunzipSync(body)) : body;
      requests.push({ path: request.url ?? '', headers: request.headers, body, payload });
      const answer = answers.shift() ?? {};
      if (answer.afterMillis === undefined) respond(response, answer);
      else setTimeout(() => respond(response, answer), answer.afterMillis);
      for (const { count, resolve } of waiting) if (requests.length >= count) resolve();
      waiting = waiting.filter(({ count }) => requests.length < count);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer: (...next) => void answers.push(...next),
    received: count =>
      requests.length >= count
        ? Promise.resolve()
        : new Promise(resolve => void waiting.push({ count, resolve })),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Uint8Array.from(Buffer.concat(chunks));
}

function respond(response: ServerResponse, { status = 200, headers, body, hang }: OtlpAnswer): void {
  if (hang === true) return;
  response.writeHead(status, headers);
  response.end(body);
}
