import { entryText } from '../../runner';

/**
 * The code of a pipeline's thread: `entry.ts` and all it imports, as one script. This is for tests, which run the sources;
 * the build (scripts/bundle.mjs) puts the text itself in the place of this module.
 */
export const pipelineSource = (): string => entryText(__dirname);
