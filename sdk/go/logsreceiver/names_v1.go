//go:build wasip1 && !otelwasm_abi_0_1_0

package logsreceiver

import "otelwasm.example/otelwasm"

//go:wasmexport start_logs_receiver
func startReceiver() { otelwasm.Receive(receive) }
