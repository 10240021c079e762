;; Asks for its configuration with a buffer of as many bytes as the batch, then logs the size it was told and the
;; buffer, which held dots before.
(module
  (import "opentelemetry.io/wasm" "get_plugin_config" (func $get_plugin_config (param i32 i32) (result i32)))
  (import "opentelemetry.io/wasm" "log" (func $log (param i32 i32 i32)))
  (memory (export "memory") 16)
  (func (export "abi_version_v1"))
  (func (export "alloc") (param $size i32) (result i32) (i32.const 65536))
  (func (export "start") (result i32) (i32.const 0))
  (func (export "shutdown") (result i32) (i32.const 0))
  (func (export "consume_traces") (param $pointer i32) (param $size i32) (result i32)
    (memory.fill (i32.const 64) (i32.const 46) (local.get $size))
    (i32.store8 (i32.const 63) (i32.add (i32.const 48) (call $get_plugin_config (i32.const 64) (local.get $size))))
    (call $log (i32.const 2) (i32.const 63) (i32.add (local.get $size) (i32.const 1)))
    (i32.const 0)))
