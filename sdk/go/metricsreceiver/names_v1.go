//go:build wasip1 && !otelwasm_abi_0_1_0

package metricsreceiver

import "otelwasm.example/otelwasm"

//go:wasmexport start_metrics_receiver
func startReceiver() { otelwasm.Receive(receive) }
