export { checkInTurns, checkStructure, type CheckDepth, ITEM_LIMITS, NO_LIMITS } from './checkStructure';
export { concatBytes, concatInTurns } from './concatBytes';
export { countItems, countIn, METRIC_DATA_LEVEL } from './items';
export { splitInTurns, splitInTwo } from './splitInTwo';
