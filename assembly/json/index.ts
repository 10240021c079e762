export { Json, JsonKind } from './json';
