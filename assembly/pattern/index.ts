/**
 * Regular expressions with RE2's syntax, compiled when the guest is built. They run over UTF-8 in place, in linear
 * time.
 */
export { Pattern } from './pattern';
export { Replacement } from './replacement';
