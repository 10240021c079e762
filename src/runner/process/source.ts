import { entryText } from '../entryText';

/**
 * The code of a guest's process: `entry.ts` and its imports, as one script. This file is for tests, which run the
 * sources. The build (scripts/bundle.mjs) replaces it by one that contains the text.
 */
export const processSource = (): string => entryText(__dirname);
