export { type Format, FORMATS, type InputBatch, readBatches } from './readBatches';
