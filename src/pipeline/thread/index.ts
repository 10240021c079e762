export { createThreadPipeline } from './createThreadPipeline';
