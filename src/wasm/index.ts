export {
  describeStart,
  readModule,
  type WasmModule,
  type ModuleInterface,
  type Limits,
  SECTION,
} from './module';
export { functionStart } from './functionStart';
export { LinearMemory } from './memory';
export { ModuleSections } from './sections';
export { ByteReader } from './reader';
export { BULK_PREFIX, skipInstruction, BULK_OPERATIONS } from './instructions';
export { CALLS, OP, THROWS } from './opcodes';
export { joinBytes, leb128, ByteWriter, putLeb128 } from './writer';
