;; Does what words in the batch say, wherever they stand: TRAP, LOOP, EXIT, REFU(se), GARB(age), GROW (a trap by hand, after
;; memory grew), NONE (an empty result), TWIN (the batch twice). Without any, the batch goes on as a result. No room above 200,000 bytes.
(module
  (import "opentelemetry.io/wasm" "set_result_traces" (func $set_result_traces (param i32 i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 16)
  (func (export "abi_version_v1"))
  (func (export "alloc") (param $size i32) (result i32)
    (select (i32.const 0) (i32.const 65536) (i32.gt_u (local.get $size) (i32.const 200000))))
  (func (export "start") (result i32) (i32.const 0))
  (func (export "shutdown") (result i32) (i32.const 0))
  (func (export "consume_traces") (param $pointer i32) (param $size i32) (result i32)
    ;; "TRAP"
    (if (call $has (local.get $pointer) (local.get $size) (i32.const 0x50415254))
      (then unreachable))
    ;; "LOOP"
    (if (call $has (local.get $pointer) (local.get $size) (i32.const 0x504f4f4c))
      (then (loop $forever (br $forever))))
    ;; "EXIT"
    (if (call $has (local.get $pointer) (local.get $size) (i32.const 0x54495845))
      (then (call $proc_exit (i32.const 1))))
    ;; "REFU"
    (if (call $has (local.get $pointer) (local.get $size) (i32.const 0x55464552))
      (then (return (i32.const 1))))
    ;; "GROW"
    (if (call $has (local.get $pointer) (local.get $size) (i32.const 0x574f5247))
      (then (drop (memory.grow (i32.const 1))) unreachable))
    ;; "GARB"
    (if (call $has (local.get $pointer) (local.get $size) (i32.const 0x42524147))
      (then (call $set_result_traces (i32.const 16) (i32.const 8)) (return (i32.const 0))))
    ;; "NONE"
    (if (call $has (local.get $pointer) (local.get $size) (i32.const 0x454e4f4e))
      (then (call $set_result_traces (i32.const 0) (i32.const 0)) (return (i32.const 0))))
    ;; "TWIN"
    (if (call $has (local.get $pointer) (local.get $size) (i32.const 0x4e495754))
      (then (call $set_result_traces (local.get $pointer) (local.get $size))))
    (call $set_result_traces (local.get $pointer) (local.get $size))
    (i32.const 0))
  (data (i32.const 16) "\0a\ffgarbage")
  (func $has (param $pointer i32) (param $size i32) (param $word i32) (result i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $pointer) (local.get $size)))
    (block $no
      (loop $next
        (br_if $no (i32.gt_u (i32.add (local.get $pointer) (i32.const 4)) (local.get $end)))
        (if (i32.eq (i32.load (local.get $pointer)) (local.get $word)) (then (return (i32.const 1))))
        (local.set $pointer (i32.add (local.get $pointer) (i32.const 1)))
        (br $next)))
    (i32.const 0)))
