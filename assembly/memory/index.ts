export { copyBytes } from './copy';
export { collectAfter } from './garbage';
export { allocate } from './input';
export { keepBelow } from './pages';
export { Region } from './region';
export { scratch } from './scratch';
