;; Says that it supports metrics alone, with the name of that export in 0.1.0.
(module
  (memory (export "memory") 16)
  (func (export "abi_version_v1"))
  (func (export "alloc") (param $size i32) (result i32) (i32.const 65536))
  (func (export "start") (result i32) (i32.const 0))
  (func (export "shutdown") (result i32) (i32.const 0))
  (func (export "consume_traces") (param $pointer i32) (param $size i32) (result i32) (i32.const 0))
  (func (export "otelwasm_get_supported_telemetry") (result i32)
    (i32.const 1)))
