export { dependencyOn } from './dependency';
export { originOf } from './origin';
export { TEMPLATES } from './templates';
export { RULES_TEMPLATES } from './rulesTemplates';
