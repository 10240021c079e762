;; Emits batches of 1 KiB as emitsForever does, and never looks at the shutdown flag.
(module
  (import "opentelemetry.io/wasm" "set_result_traces" (func $set_result (param i32 i32)))
  (memory (export "memory") 4)
  (data (i32.const 1024) "\0a\fd\07\12\fa\07\12\f7\07\2a\f4\07")
  (func (export "abi_version_v1"))
  (func (export "start") (result i32) (i32.const 0))
  (func (export "shutdown") (result i32) (i32.const 0))
  (func (export "start_traces_receiver") 
    (local $number i32) (local $rest i32) (local $digit i32)
    (memory.fill (i32.const 1036) (i32.const 46) (i32.const 1012))
    (loop $next
      (local.set $rest (local.get $number))
      (local.set $digit (i32.const 1043))
      (loop $digits
        (i32.store8 (local.get $digit) (i32.add (i32.const 48) (i32.rem_u (local.get $rest) (i32.const 10))))
        (local.set $rest (i32.div_u (local.get $rest) (i32.const 10)))
        (local.set $digit (i32.sub (local.get $digit) (i32.const 1)))
        (br_if $digits (i32.ge_u (local.get $digit) (i32.const 1036))))
      (call $set_result (i32.const 1024) (i32.const 1024))
      (local.set $number (i32.add (local.get $number) (i32.const 1)))
      (br_if $next (i32.const 1)))))
