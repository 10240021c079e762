export { grantedPages, PAGE_BYTES, limitMemory } from './memoryLimit';
export { checkStructuralLimits, STRUCTURAL_LIMITS } from './structuralLimits';
