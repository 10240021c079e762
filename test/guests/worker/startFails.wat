;; start() answers status 2 with a reason.
(module
  (import "opentelemetry.io/wasm" "set_status_reason" (func $reason (param i32 i32)))
  (memory (export "memory") 4)
  (data (i32.const 16) "no such rule")
  (func (export "abi_version_v1"))
  (func (export "alloc") (param $size i32) (result i32) (i32.const 1024))
  (func (export "start") (result i32) (call $reason (i32.const 16) (i32.const 12)) (i32.const 2))
  (func (export "shutdown") (result i32) (i32.const 0))
  (func (export "consume_traces") (param $pointer i32) (param $size i32) (result i32) (i32.const 0)))
