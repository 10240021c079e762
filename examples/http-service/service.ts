import { trace } from '@opentelemetry/api';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small service: users, a health check, internal pages. */
export async function startService(): Promise<Server> {
  const server = createServer((incoming, response) => {
    const user = /^\/users\/(\d+)/.exec(incoming.url ?? '')?.[1];
    if (user !== undefined) trace.getActiveSpan()?.setAttribute('user.email', `user-${user}@example.com`);
    response.writeHead(incoming.url === '/missing' ? 404 : 200).end('ok');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const TRAFFIC = [
  '/users/7',
  '/healthz',
  '/users/42',
  '/healthz',
  '/internal/metrics',
  '/missing',
  '/healthz',
];

/** Asks the service `rounds` times for each page, with a token that must not leave the process. */
export async function generateTraffic(server: Server, rounds: number): Promise<void> {
  const { port } = server.address() as AddressInfo;
  for (let round = 0; round < rounds; round++) {
    await Promise.all(TRAFFIC.map(path => get(port, path)));
  }
}

function get(port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, headers: { authorization: 'Bearer s3cret-token' } },
      response => response.resume().on('end', resolve),
    );
    outgoing.on('error', reject).end();
  });
}
