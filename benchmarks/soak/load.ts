/** Asks the service of the given port for as much as it can serve, on its connections, until it is killed. */
import { Agent, get } from 'node:http';

const CONNECTIONS = 16;
const port = Number(process.argv[2]);
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

function ask(count: number): void {
  const next = (): void => void setImmediate(ask, count + 1);
  get({ port, agent, path: `/items/${count % 100}?page=${count % 7}` }, response => {
    response.resume();
    response.on('end', next);
  }).on('error', next);
}

for (let connection = 0; connection < CONNECTIONS; connection++) ask(connection);
process.on('disconnect', () => process.exit());
