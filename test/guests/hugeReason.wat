;; Refuses with a reason of a megabyte of the letter a.
(module
  (import "opentelemetry.io/wasm" "set_status_reason" (func $set_status_reason (param i32 i32)))
  (memory (export "memory") 16)
  (func (export "abi_version_v1"))
  (func (export "alloc") (param $size i32) (result i32) (i32.const 65536))
  (func (export "start") (result i32) (i32.const 0))
  (func (export "shutdown") (result i32) (i32.const 0))
  (func (export "consume_traces") (param $pointer i32) (param $size i32) (result i32)
    (memory.fill (i32.const 0) (i32.const 97) (i32.const 1048576))
    (call $set_status_reason (i32.const 0) (i32.const 1048576))
    (i32.const 1)))
