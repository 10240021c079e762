export { FrameMemory } from './frameMemory';
export { assertNodeExecutable } from './nodeExecutable';
export { processSource } from './source';
export { processStarter } from './processStarter';
