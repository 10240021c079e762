import { attributes, resource } from './attributes';
import { filter } from './filter';
import { probabilisticSampler } from './sampler';
import type { Processor } from './processor';
import { redaction } from './redaction';
import { transform } from './transform';

/** The Collector's processors that can be compiled, by type. */
export const PROCESSORS: Readonly<Record<string, Processor>> = {
  attributes,
  filter,
  probabilistic_sampler: probabilisticSampler,
  redaction,
  resource,
  transform,
};
