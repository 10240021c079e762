export { createStage, type StartableGuest } from './createStage';
export { Stage } from './stage';
