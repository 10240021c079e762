;; Emits one gauge with one data point, 1.0, then waits for shutdown.
(module
  (import "opentelemetry.io/wasm" "set_result_metrics" (func $set_result (param i32 i32)))
  (import "opentelemetry.io/wasm" "get_shutdown_requested" (func $stopping (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 4)
  (data (i32.const 16) "\0a\14\12\12\12\10\0a\01g\2a\0b\0a\09\21\00\00\00\00\00\00\f0\3f")
  (func $sleep (param $nanos i64)
    (i32.store (i32.const 144) (i32.const 1))
    (i64.store (i32.const 152) (local.get $nanos))
    (drop (call $poll (i32.const 128) (i32.const 256) (i32.const 1) (i32.const 320))))
  (func (export "abi_version_v1"))
  (func (export "start") (result i32) (i32.const 0))
  (func (export "shutdown") (result i32) (i32.const 0))
  (func (export "start_metrics_receiver") 
    (call $set_result (i32.const 16) (i32.const 22))
    (loop $wait
      (call $sleep (i64.const 10_000_000_000))
      (br_if $wait (i32.eqz (call $stopping))))))
