export { allocate } from './input';
export { Region } from './region';
export { scratch } from './scratch';
