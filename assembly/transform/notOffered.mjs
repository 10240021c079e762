/** Features of AssemblyScript that need imports which no host of guests offers. Such a guest would not load. */
import { report, walkSource } from './tree.mjs';

const SDK = "of 'otelwasm/assembly'";

/** The replacement of each feature, by the name of its object or its own name. */
const INSTEAD = {
  'Date.now': `now() ${SDK} gives nanoseconds since 1970`,
  'performance.now': `now() ${SDK} gives nanoseconds since 1970`,
  'Math.random': `randomBytes() ${SDK} fills memory with random bytes`,
  'crypto.getRandomValues': `randomBytes() ${SDK} fills memory with random bytes`,
  console: `log() ${SDK} writes a line to the log of the host`,
  trace: `log() ${SDK} writes a line to the log of the host`,
  process: `pluginConfig has the configuration, writeStdout() ${SDK} writes to stdout`,
};

/** Reports each use in the guest's own files, at its position. */
export function refuseNotOffered(parser, sources) {
  for (const source of sources) {
    const own = namesDeclaredIn(source);
    walkSource(source, node => {
      const name = nameOf(node);
      const instead = INSTEAD[name] ?? INSTEAD[name?.split('.')[0]];
      if (instead === undefined || own.has(name.split('.')[0])) return true;
      report(parser, node.range, `${name} is not available in a guest: ${instead}.`);
      return false;
    });
  }
}

/** `Date.now` for that property access, `trace` for a call of it. */
function nameOf(node) {
  if (node.property?.text !== undefined && node.expression?.text !== undefined)
    return `${node.expression.text}.${node.property.text}`;
  return node.args !== undefined && node.expression?.text === 'trace' ? 'trace' : undefined;
}

/** The names that a source imports, declares or has as parameters: its own `Date` is not the built-in one. */
function namesDeclaredIn(source) {
  const names = new Set();
  walkSource(source, node => {
    if (typeof node.name?.text === 'string') names.add(node.name.text);
    if (typeof node.namespaceName?.text === 'string') names.add(node.namespaceName.text);
  });
  return names;
}
