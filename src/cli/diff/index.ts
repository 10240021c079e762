export { compare, compareItems, type FieldChange, type ItemChange } from './compare';
export { type ChangeCounts, type Colors, formatChanges, formatField, summarize } from './format';
export { type Item, itemsOf } from './items';
