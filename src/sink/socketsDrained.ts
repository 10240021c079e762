import type { Agent } from 'node:http';
import type { Socket } from 'node:net';

/** The settings of the SDK's transport that are used here. */
interface Transport {
  agentFactory: (protocol: string) => Agent | Promise<Agent>;
  readonly compression: string;
}

/**
 * Returns a function that reports whether everything written to the transport's connections has left this process.
 * Usually it has when the response arrives, but a server can respond before it has read the request. Compressed
 * bodies and agents that hide their connections never count as drained.
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
