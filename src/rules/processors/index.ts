import { attributes, resource } from './attributes';
import { filter } from './filter';
import { probabilisticSampler } from './sampler';
import type { Processor } from './processor';
import { redaction } from './redaction';
import { transform } from './transform';

/** For a Collector's process: it changes no item. An adapter has options of its own for batches and memory. */
const passedOver: Processor = () => ({});

/** The Collector's processors that can be compiled, by type. */
export const PROCESSORS: Readonly<Record<string, Processor>> = {
  attributes,
  batch: passedOver,
  filter,
  memory_limiter: passedOver,
  probabilistic_sampler: probabilisticSampler,
  redaction,
  resource,
  transform,
};
