export { createStage, type PreparedGuest } from './createStage';
export { Stage } from './stage';
