//go:build wasip1 && otelwasm_abi_0_1_0

package metrics

import "otelwasm.example/otelwasm"

//go:wasmexport otelwasm_consume_metrics
func consume(pointer, size uint32) uint32 { return otelwasm.Consume(pointer, size, handle) }
