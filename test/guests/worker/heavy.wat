;; Walks over each batch 32 times and adds up its bytes, some milliseconds of work for 200 KB; the batch goes on unchanged.
(module
  (memory (export "memory") 8)
  (func (export "abi_version_v1"))
  (func (export "alloc") (param $size i32) (result i32) (i32.const 1024))
  (func (export "start") (result i32) (i32.const 0))
  (func (export "shutdown") (result i32) (i32.const 0))
  (func (export "consume_traces") (param $pointer i32) (param $size i32) (result i32) 
    (local $round i32) (local $at i32) (local $end i32) (local $sum i32)
    (local.set $end (i32.add (local.get $pointer) (local.get $size)))
    (loop $again
      (local.set $at (local.get $pointer))
      (block $done
        (loop $byte
          (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
          (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) (i32.load8_u (local.get $at))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $byte)))
      (local.set $round (i32.add (local.get $round) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $round) (i32.const 32))))
    (i32.store (i32.const 0) (local.get $sum))
    (i32.const 0)))
