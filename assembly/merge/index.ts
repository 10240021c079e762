/** Data points that are one and the same once their attributes are: an attribute was removed, or its value replaced. */
export { attributesHash, sameAttributes } from './attributeSet';
export { mergeEqualPoints } from './mergePoints';
