export { WasmSampler, type WasmSamplerOptions } from './wasmSampler';
