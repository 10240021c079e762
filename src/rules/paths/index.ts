export { ACCESSES, BY_KIND, type Field, RECORDS } from './access';
export { type Context, type ContextName, contextNamed, CONTEXTS } from './contexts';
export { symbolsOf } from './enums';
