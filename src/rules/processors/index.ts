import { attributes, resource } from './attributes';
import { filter } from './filter';
import type { Processor } from './processor';
import { transform } from './transform';

/** The Collector's processors that can be compiled, by type. */
export const PROCESSORS: Readonly<Record<string, Processor>> = { attributes, filter, resource, transform };
