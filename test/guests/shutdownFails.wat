;; shutdown answers status 5 with a reason.
(module
  (import "opentelemetry.io/wasm" "set_status_reason" (func $set_status_reason (param i32 i32)))
  (memory (export "memory") 16)
  (func (export "abi_version_v1"))
  (func (export "alloc") (param $size i32) (result i32) (i32.const 65536))
  (func (export "start") (result i32) (i32.const 0))
  (func (export "shutdown") (result i32)
    (call $set_status_reason (i32.const 16) (i32.const 7))
    (i32.const 5))
  (func (export "consume_traces") (param $pointer i32) (param $size i32) (result i32) (i32.const 0))
  (data (i32.const 16) "not yet"))
