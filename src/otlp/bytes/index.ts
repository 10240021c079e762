export { checkInTurns, checkStructure, type CheckDepth, ITEM_LIMITS, NO_LIMITS } from './checkStructure';
export { concatBytes } from './concatBytes';
export { countItems, countIn, METRIC_DATA_LEVEL } from './items';
export { splitInTwo } from './splitInTwo';
