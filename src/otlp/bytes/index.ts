export { checkItems, checkStructure, type CheckDepth } from './checkStructure';
export { concatBytes } from './concatBytes';
export { countItems, countIn, METRIC_DATA_LEVEL } from './items';
export { splitInTwo } from './splitInTwo';
