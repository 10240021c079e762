export { FUEL, CLOCK_EXPORT, START_EXPORT, addFuel } from './addFuel';
export { originalOffset } from './originalOffset';
