;; Writes a thousand log lines for each batch.
(module
  (import "opentelemetry.io/wasm" "log" (func $log (param i32 i32 i32)))
  (memory (export "memory") 4)
  (data (i32.const 16) "hello")
  (func (export "abi_version_v1"))
  (func (export "alloc") (param $size i32) (result i32) (i32.const 1024))
  (func (export "start") (result i32) (i32.const 0))
  (func (export "shutdown") (result i32) (i32.const 0))
  (func (export "consume_traces") (param $pointer i32) (param $size i32) (result i32) 
    (local $line i32)
    (loop $more
      (call $log (i32.const 2) (i32.const 16) (i32.const 5))
      (local.set $line (i32.add (local.get $line) (i32.const 1)))
      (br_if $more (i32.lt_u (local.get $line) (i32.const 1000))))
    (i32.const 0)))
