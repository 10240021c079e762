import { type Signal, SIGNALS } from '../abi';
import { suggestion } from './check';
import { PROCESSORS } from './processors';
import type { Pass, Passes } from './program';
import type { ConfigNode } from './source';

/** The passes of a configuration, in the order of `names`, else of `service.pipelines`, else of the file. */
export function compilePipelines(config: ConfigNode, names: readonly string[] | undefined): Passes {
  const isFile = !config.get('processors').isAbsent;
  const processors = isFile ? config.get('processors') : config;
  const hasPipelines = names === undefined && !config.get('service').get('pipelines').isAbsent;
  const compiled = new Map<string, Partial<Record<Signal, Pass[]>>>();
  const passesOf = (id: string, signal: Signal, asked: ConfigNode): Pass[] => {
    const node = processors.entries().find(([name]) => name === id)?.[1];
    if (node === undefined) {
      const known = processors.entries().map(([name]) => name);
      asked.fail(
        `there is no processor "${id}"${suggestion(id, known) || `: defined are ${known.join(', ')}`}`,
      );
      return [];
    }
    if (!compiled.has(id)) compiled.set(id, compileProcessor(id, node, processors));
    const passes = compiled.get(id)?.[signal] ?? [];
    const stray = passes.find(({ unfit }) => unfit !== undefined);
    if (stray?.unfit !== undefined && hasPipelines) asked.fail(stray.unfit);
    return passes.map(pass => ({ ...pass, processor: id }));
  };
  return Object.fromEntries(
    SIGNALS.map(signal => {
      const order = orderOf(config, processors, signal, names);
      return [signal, order.flatMap(({ id, node }) => passesOf(id, signal, node))];
    }),
  ) as Record<Signal, Pass[]>;
}

function compileProcessor(
  id: string,
  node: ConfigNode,
  processors: ConfigNode,
): Partial<Record<Signal, Pass[]>> {
  const type = typeOf(id);
  if (isKnown(type)) return PROCESSORS[type](node);
  const known = Object.keys(PROCESSORS);
  const ids = processors.entries().map(([other]) => other);
  const others = ids.filter(other => isKnown(typeOf(other))).join();
  const choice =
    others === '' ? '' : `; compile the others with the option "processors", --processors ${others}`;
  node.fail(
    `the processor "${type}" cannot be compiled: ${known.join(', ')} can${suggestion(type, known)}${choice}`,
  );
  return {};
}

const typeOf = (id: string): string => id.split('/')[0];
const isKnown = (type: string): boolean => Object.hasOwn(PROCESSORS, type);

/** Names of processors, each with the place that refers to it. */
function orderOf(
  config: ConfigNode,
  processors: ConfigNode,
  signal: Signal,
  names: readonly string[] | undefined,
): { id: string; node: ConfigNode }[] {
  if (names !== undefined) return names.map(id => ({ id, node: processors }));
  const pipelines = config.get('service').get('pipelines');
  if (pipelines.isAbsent) return processors.entries().map(([id, node]) => ({ id, node }));
  const mine = pipelines.entries().filter(([name]) => name.split('/')[0] === signal);
  if (mine.length > 1) {
    mine[1][1].fail(
      `${signal} has more than one pipeline: choose the processors with the option "processors"`,
    );
  }
  return mine.slice(0, 1).flatMap(([, pipeline]) =>
    pipeline
      .get('processors')
      .items()
      .map(node => ({ id: String(node.value), node })),
  );
}
