import { entryText } from '../entryText';

/**
 * The code of a guest's thread: `entry.ts` and its imports, as one script. This file is for tests, which run the
 * sources. The build (scripts/bundle.mjs) replaces it by one that contains the text.
 */
export const workerSource = (): string => entryText(__dirname);
