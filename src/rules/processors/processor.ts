import type { Signal } from '../../abi';
import type { Code, ErrorMode, Pass } from '../program';
import type { ConfigNode } from '../source';

/** Compiles a processor's configuration to the passes that it makes over the batches of each signal. */
export type Processor = (config: ConfigNode) => Partial<Record<Signal, Pass[]>>;

export function errorModeOf(config: ConfigNode, byDefault: ErrorMode): ErrorMode {
  return config.get('error_mode').oneOf(['ignore', 'silent', 'propagate']) ?? byDefault;
}

/**
 * A pass for a signal that the processor cannot be used for: a mistake in a pipeline of that signal. Without pipelines it
 * refuses every batch: better than to let it go on as it is.
 */
export function refusingPass(config: ConfigNode, why: string): Pass {
  const reason = `${config.name}: ${why}`;
  const call: Code = {
    op: 'call',
    name: '@refuse',
    args: [{ op: 'const', value: { kind: 'text', value: reason } }],
  };
  const rules = [{ code: { op: 'statement', call, where: undefined } as Code, text: reason }];
  return {
    unfit: reason,
    dropsEmpty: false,
    resource: { action: 'execute', errorMode: 'propagate', conditions: [], rules },
  };
}
