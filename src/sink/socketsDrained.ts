import type { Agent } from 'node:http';
import type { Socket } from 'node:net';

/** What is used of the settings of the SDK's transport. */
interface Transport {
  agentFactory: (protocol: string) => Agent | Promise<Agent>;
  readonly compression: string;
}

/**
 * Tells whether all that was written into the transport's connections has left this process. Mostly it has when a request
 * is answered; but a server can answer before it has read the request, which then goes on being written. Compressed bodies
 * and agents that do not show their connections are never known to be out.
 */
export function watchSockets(transport: Transport): () => boolean {
  const { agentFactory, compression } = transport;
  if (compression !== 'none') return () => false;
  let agent: Partial<Agent> | undefined;
  transport.agentFactory = async protocol => {
    const made = await agentFactory(protocol);
    agent = made;
    return made;
  };
  return () =>
    agent !== undefined &&
    [agent.sockets, agent.freeSockets].every(sockets => sockets !== undefined && isDrained(sockets));
}

function isDrained(sockets: NodeJS.ReadOnlyDict<Socket[]>): boolean {
  for (const name in sockets) {
    if (sockets[name]?.some(({ writableLength }) => writableLength > 0)) return false;
  }
  return true;
}
