import { entryText } from '../entryText';

/**
 * The code of a guest's process: `entry.ts` and all it imports, as one script. This is for tests, which run the sources;
 * the build (scripts/bundle.mjs) puts the text itself in the place of this module.
 */
export const processSource = (): string => entryText(__dirname);
