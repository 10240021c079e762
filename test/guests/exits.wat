;; Ends itself with proc_exit(3) on every batch.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 16)
  (func (export "abi_version_v1"))
  (func (export "alloc") (param $size i32) (result i32) (i32.const 65536))
  (func (export "start") (result i32) (i32.const 0))
  (func (export "shutdown") (result i32) (i32.const 0))
  (func (export "consume_traces") (param $pointer i32) (param $size i32) (result i32)
    (call $proc_exit (i32.const 3))
    unreachable))
