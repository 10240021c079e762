export { dependencyOn } from './dependency';
export { TEMPLATES } from './templates';
