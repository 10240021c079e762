//go:build wasip1 && !otelwasm_abi_0_1_0

package tracesreceiver

import "otelwasm.example/otelwasm"

//go:wasmexport start_traces_receiver
func startReceiver() { otelwasm.Receive(receive) }
