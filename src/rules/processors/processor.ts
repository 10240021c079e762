import type { Signal } from '../../abi';
import type { ErrorMode, Pass } from '../program';
import type { ConfigNode } from '../source';

/** Compiles a processor's configuration to the passes that it makes over the batches of each signal. */
export type Processor = (config: ConfigNode) => Partial<Record<Signal, Pass[]>>;

export function errorModeOf(config: ConfigNode, byDefault: ErrorMode): ErrorMode {
  return config.get('error_mode').oneOf(['ignore', 'silent', 'propagate']) ?? byDefault;
}
