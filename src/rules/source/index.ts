export { ConfigNode } from './configNode';
export { readSource, type RulesSource } from './readSource';
