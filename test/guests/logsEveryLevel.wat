;; Logs one line at each level from -1 to 5.
(module
  (import "opentelemetry.io/wasm" "log" (func $log (param i32 i32 i32)))
  (memory (export "memory") 16)
  (func (export "abi_version_v1"))
  (func (export "alloc") (param $size i32) (result i32) (i32.const 65536))
  (func (export "start") (result i32) (i32.const 0))
  (func (export "shutdown") (result i32) (i32.const 0))
  (func (export "consume_traces") (param $pointer i32) (param $size i32) (result i32)
    (local $level i32)
    (local.set $level (i32.const -1))
    (loop $next
      (call $log (local.get $level) (i32.const 16) (i32.const 10))
      (local.set $level (i32.add (local.get $level) (i32.const 1)))
      (br_if $next (i32.lt_s (local.get $level) (i32.const 6))))
    (i32.const 0))
  (data (i32.const 16) "a line \e2\9c\93"))
