export * from './ast';
export { parseCondition, parseStatement, parseValue } from './parser';
export { SyntaxFault } from './syntaxError';
