;; Logs 100,000 lines with each batch.
(module
  (import "opentelemetry.io/wasm" "log" (func $log (param i32 i32 i32)))
  (memory (export "memory") 16)
  (func (export "abi_version_v1"))
  (func (export "alloc") (param $size i32) (result i32) (i32.const 65536))
  (func (export "start") (result i32) (i32.const 0))
  (func (export "shutdown") (result i32) (i32.const 0))
  (func (export "consume_traces") (param $pointer i32) (param $size i32) (result i32)
    (local $left i32)
    (local.set $left (i32.const 100000))
    (loop $next
      (call $log (i32.const 3) (i32.const 16) (i32.const 5))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $next (local.get $left)))
    (i32.const 0))
  (data (i32.const 16) "flood"))
