export { compileDrops } from './compileDrops';
export { type DropRule, type DropRules, DROPS_SECTION, type Field, readDrops, type Test } from './dropRules';
export { isExact } from './values';
