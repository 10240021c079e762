export { limitedTo } from './prepared';
export { preparedModule } from './preparedModules';
export { isShipped, readShipped, shippedName } from './shippedSource';
