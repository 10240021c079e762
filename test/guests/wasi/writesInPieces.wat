;; write(stream, pointer, size): hands memory to fd_write one byte a call, as a Go panic does. Answers the last errno.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 17)
  (func (export "write") (param $fd i32) (param $pointer i32) (param $size i32) (result i32)
    (local $end i32)
    (local $errno i32)
    (local.set $end (i32.add (local.get $pointer) (local.get $size)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $pointer) (local.get $end)))
        (i32.store (i32.const 0) (local.get $pointer))
        (i32.store (i32.const 4) (i32.const 1))
        (local.set $errno (call $write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)))
        (br_if $done (local.get $errno))
        (local.set $pointer (i32.add (local.get $pointer) (i32.load (i32.const 8))))
        (br $next)))
    (local.get $errno)))
