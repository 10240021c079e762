;; Speaks the experimental (pull) ABI: no marker of v1, and processTraces.
(module
  (memory (export "memory") 16)
  (func (export "alloc") (param $size i32) (result i32) (i32.const 65536))
  (func (export "start") (result i32) (i32.const 0))
  (func (export "shutdown") (result i32) (i32.const 0))
  (func (export "processTraces") (result i32) (i32.const 0)))
