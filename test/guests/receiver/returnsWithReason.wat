;; Emits one span, then returns with a status reason, as a receiver does that cannot go on.
(module
  (import "opentelemetry.io/wasm" "set_result_traces" (func $set_result (param i32 i32)))
  (import "opentelemetry.io/wasm" "set_status_reason" (func $reason (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "\0a\04\12\02\12\00")
  (data (i32.const 32) "port 4317 is taken")
  (func (export "abi_version_v1"))
  (func (export "start") (result i32) (i32.const 0))
  (func (export "shutdown") (result i32) (i32.const 0))
  (func (export "start_traces_receiver")
    (call $set_result (i32.const 16) (i32.const 6))
    (call $reason (i32.const 32) (i32.const 18))))
