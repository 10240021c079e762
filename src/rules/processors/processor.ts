import type { Signal } from '../../abi';
import type { Code, ErrorMode, Pass } from '../program';
import type { ConfigNode } from '../source';

/** Compiles a processor's configuration to passes over the batches of each signal. */
export type Processor = (config: ConfigNode) => Partial<Record<Signal, Pass[]>>;

export function errorModeOf(config: ConfigNode, byDefault: ErrorMode): ErrorMode {
  return config.get('error_mode').oneOf(['ignore', 'silent', 'propagate']) ?? byDefault;
}

/**
 * A pass for a signal that the processor does not support. Configuring that in a pipeline is a mistake. Without
 * pipelines, the pass refuses every batch, which is better than passing it on unchanged.
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
