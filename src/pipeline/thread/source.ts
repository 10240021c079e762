import { entryText } from '../../runner';

/**
 * The code of a pipeline's thread: `entry.ts` and its imports, as one script. This file is for tests, which run the
 * sources. The build (scripts/bundle.mjs) replaces it by one that contains the text.
 */
export const pipelineSource = (): string => entryText(__dirname);
