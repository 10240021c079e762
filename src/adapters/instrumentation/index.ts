export { type CollectedMetrics, WasmSpanMetrics, type WasmSpanMetricsOptions } from './wasmSpanMetrics';
export { WasmSampler, type WasmSamplerOptions } from './wasmSampler';
export { WasmSpanMutator, type WasmSpanMutatorOptions } from './wasmSpanMutator';
