/**
 * The generated entry of a guest (see transform.mjs) builds the ABI's exports from these. Guests do not import them.
 */
export { allocate } from '../memory';
export { resource, scope } from '../items';
export { configureWith } from './configuration';
export { consume, done, keep, nothing, visitOtherFields } from './consume';
export { batchEnd, batchStart } from './groups';
export { collect, consumeWhole, shutdown, start } from './lifecycle';
export { produce } from './produce';
export { consumeTraces } from './traces';
