export { RECEIVER_OPTION_NAMES, type ReceiverOptions } from './receiverOptions';
export { WasmReceiver } from './wasmReceiver';
export { WasmLogRecordReceiver, type WasmLogRecordReceiverOptions } from './wasmLogRecordReceiver';
export { WasmMetricReceiver, type WasmMetricReceiverOptions } from './wasmMetricReceiver';
export { WasmSpanReceiver, type WasmSpanReceiverOptions } from './wasmSpanReceiver';
