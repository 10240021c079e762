;; Logs a digit, then emits a span of that name, from 0 on until shutdown is requested.
(module
  (import "opentelemetry.io/wasm" "set_result_traces" (func $set_result (param i32 i32)))
  (import "opentelemetry.io/wasm" "get_shutdown_requested" (func $stopping (result i32)))
  (import "opentelemetry.io/wasm" "log" (func $log (param i32 i32 i32)))
  (memory (export "memory") 4)
  (data (i32.const 16) "\0a\07\12\05\12\03\2a\010")
  (func (export "abi_version_v1"))
  (func (export "start") (result i32) (i32.const 0))
  (func (export "shutdown") (result i32) (i32.const 0))
  (func (export "start_traces_receiver")
    (loop $next
      (call $log (i32.const 2) (i32.const 24) (i32.const 1))
      (call $set_result (i32.const 16) (i32.const 9))
      (i32.store8 (i32.const 24) (i32.add (i32.load8_u (i32.const 24)) (i32.const 1)))
      (br_if $next (i32.eqz (call $stopping))))))
