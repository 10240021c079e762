import { attributes, resource } from './attributes';
import { filter } from './filter';
import { probabilisticSampler } from './sampler';
import type { Processor } from './processor';
import { redaction } from './redaction';
import { transform } from './transform';

/**
 * Processors that concern a Collector's process and change no item. Adapters have their own options for batches and
 * memory.
 */
const ignored: Processor = () => ({});

/** The Collector's processors that can be compiled, by type. */
export const PROCESSORS: Readonly<Record<string, Processor>> = {
  attributes,
  batch: ignored,
  filter,
  memory_limiter: ignored,
  probabilistic_sampler: probabilisticSampler,
  redaction,
  resource,
  transform,
};
