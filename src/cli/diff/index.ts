export { compare } from './compare';
export { type ChangeCounts, formatChanges, summarize } from './format';
