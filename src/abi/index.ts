export { OtelWasmError, type OtelWasmErrorCode, messageOf, quote } from './errors';
export { type Signal, type Role, ROLES, SIGNALS, SIGNAL_BIT } from './signal';
export {
  HOST_FUNCTIONS,
  HOST_MODULES,
  WASI_MODULE,
  EXPORTS,
  EXTENSIONS,
  findHostFunction,
  formatSignature,
  type LogLevel,
  LOG_LEVELS,
  type AbiFunction,
  type Naming,
  NAMES_010,
  INITIALIZE_EXPORT,
  MEMORY_EXPORT,
  STATUS_SUCCESS,
  EXPERIMENTAL_EXPORTS,
  EXPERIMENTAL_IMPORTS,
  requiredExports,
  type Signature,
} from './functions';
export { printable, printableError } from './printable';
export { owned, type OwnedBytes } from './ownedBytes';
