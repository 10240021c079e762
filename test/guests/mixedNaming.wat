;; The v1 marker and lifecycle, but consume under its name of 0.1.0, and host functions from the other module.
(module
  (import "otelwasm" "otelwasm_set_result_traces" (func $set_result_traces (param i32 i32)))
  (memory (export "memory") 16)
  (func (export "abi_version_v1"))
  (func (export "alloc") (param $size i32) (result i32) (i32.const 65536))
  (func (export "start") (result i32) (i32.const 0))
  (func (export "shutdown") (result i32) (i32.const 0))
  (func (export "otelwasm_consume_traces") (param $pointer i32) (param $size i32) (result i32)
    (call $set_result_traces (local.get $pointer) (local.get $size))
    (i32.const 0)))
