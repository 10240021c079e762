;; Runs for ever through a host function, inside a handler that catches everything.
(module
  (import "opentelemetry.io/wasm" "get_shutdown_requested" (func $get_shutdown_requested (result i32)))
  (memory (export "memory") 16)
  (func (export "abi_version_v1"))
  (func (export "alloc") (param $size i32) (result i32) (i32.const 65536))
  (func (export "start") (result i32) (i32.const 0))
  (func (export "shutdown") (result i32) (i32.const 0))
  (func (export "consume_traces") (param $pointer i32) (param $size i32) (result i32)
    (loop $forever
      try
        (drop (call $get_shutdown_requested))
      catch_all
      end
      (br $forever))
    (i32.const 0)))
