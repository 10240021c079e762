export { WasmSampler, type WasmSamplerOptions } from './wasmSampler';
export { WasmSpanMutator, type WasmSpanMutatorOptions } from './wasmSpanMutator';
