/** Merges data points that became equal because an attribute was removed or its value replaced. */
export { attributesHash, sameAttributes } from './attributeSet';
export { mergeEqualPoints } from './mergePoints';
