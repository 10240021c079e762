export { PAGE_BYTES, limitMemory } from './memoryLimit';
