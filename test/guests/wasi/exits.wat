;; exit(code) ends the guest; swallow(code) does so inside a handler that catches everything, and answers 1 afterwards.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "exit") (param $code i32)
    (call $exit (local.get $code))
    unreachable)
  (func (export "swallow") (param $code i32) (result i32)
    try
      (call $exit (local.get $code))
    catch_all
    end
    i32.const 1))
