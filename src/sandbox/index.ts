export { grantedPages, PAGE_BYTES, limitMemory } from './memoryLimit';
export { checkStructure, STRUCTURE } from './structure';
