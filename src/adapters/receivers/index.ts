export { RECEIVER_OPTION_NAMES, type ReceiverOptions } from './receiverOptions';
export { WasmReceiver } from './wasmReceiver';
export { WasmLogsReceiver, type WasmLogsReceiverOptions } from './wasmLogsReceiver';
export { WasmMetricsReceiver, type WasmMetricsReceiverOptions } from './wasmMetricsReceiver';
export { WasmTracesReceiver, type WasmTracesReceiverOptions } from './wasmTracesReceiver';
