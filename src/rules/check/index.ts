export { type Checked, checkCondition, checkStatement, checkValue } from './checker';
export { type Problem, suggestion } from './problems';
export { inferContext } from './inferContext';
