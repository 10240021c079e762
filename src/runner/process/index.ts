export { startProcess } from './startProcess';
