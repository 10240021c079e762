import express from 'express';
import { get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service with a middleware: its instrumentation makes spans for each of them, below that of the request. */
export async function startApp(): Promise<Server> {
  const app = express();
  app.use(function authenticate(_request, _response, next) {
    next();
  });
  app.get('/users/:id', (request, response) => void response.send(request.params.id));
  app.get('/healthz', (_request, response) => void response.send('ok'));
  return new Promise((resolve, reject) => {
    const server = app.listen(0, '127.0.0.1', error => (error ? reject(error) : resolve(server)));
  });
}

/** Asks for both pages `rounds` times, the health check twice as often. */
export async function generateTraffic(server: Server, rounds: number): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const request = (path: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const asked = get({ host: '127.0.0.1', port, path }, response => response.resume().on('end', resolve));
      asked.on('error', reject);
    });
  for (let round = 0; round < rounds; round++)
    await Promise.all(['/users/7', '/healthz', '/healthz'].map(request));
}
