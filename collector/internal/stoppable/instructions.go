package stoppable

import "fmt"

// opcodes that matter here.
const (
	opLoop           = 0x03
	opCall           = 0x10
	opCallIndirect   = 0x11
	opReturnCall     = 0x12
	opReturnIndirect = 0x13
	opGlobalGet      = 0x23
	opGlobalSet      = 0x24
	opSelectTyped    = 0x1c
	opBrTable        = 0x0e
	prefixBulk       = 0xfc
	prefixSIMD       = 0xfd
)

// skip an instruction whose opcode was read. Knows WebAssembly 2.0 and tail calls: what wazero runs.
func (r *reader) skip(opcode byte) {
	switch {
	case opcode == opBrTable:
		for count := r.number() + 1; count > 0; count-- {
			r.number()
		}
	case opcode == opSelectTyped:
		for count := r.number(); count > 0; count-- {
			r.number()
		}
	case opcode >= 0x02 && opcode <= 0x04, opcode == 0x0c, opcode == 0x0d: // block, loop, if; br, br_if
		r.number()
	case opcode == opCall, opcode == opReturnCall:
		r.number()
	case opcode == opCallIndirect, opcode == opReturnIndirect:
		r.number()
		r.number()
	case opcode >= 0x20 && opcode <= 0x26, opcode == 0xd0, opcode == 0xd2: // local, global, table; ref.null, ref.func
		r.number()
	case opcode >= 0x28 && opcode <= 0x3e: // loads and stores: alignment, offset
		r.number()
		r.number()
	case opcode >= 0x3f && opcode <= 0x42: // memory.size, memory.grow, i32.const, i64.const
		r.number()
	case opcode == 0x43: // f32.const
		r.take(4)
	case opcode == 0x44: // f64.const
		r.take(8)
	case opcode == prefixBulk:
		r.skipBulk(r.number())
	case opcode == prefixSIMD:
		r.skipSIMD(r.number())
	case opcode <= 0x01, opcode == 0x05, opcode == 0x0b, opcode == 0x0f, opcode == 0x1a, opcode == 0x1b,
		opcode >= 0x45 && opcode <= 0xc4, opcode == 0xd1: // without immediates
	default:
		panic(fmt.Errorf("instruction 0x%x is unknown to this host", opcode))
	}
}

func (r *reader) skipBulk(operation uint64) {
	switch {
	case operation < 8: // saturating conversions
	case operation == 8, operation == 10, operation == 12, operation == 14: // memory.init, copy; table.init, copy
		r.number()
		r.number()
	case operation <= 17:
		r.number()
	default:
		panic(fmt.Errorf("instruction 0xfc %d is unknown to this host", operation))
	}
}

func (r *reader) skipSIMD(operation uint64) {
	switch {
	case operation < 12, operation == 92, operation == 93: // loads and stores
		r.number()
		r.number()
	case operation < 14: // v128.const, shuffle
		r.take(16)
	case operation >= 21 && operation < 35: // lanes
		r.take(1)
	case operation >= 84 && operation < 92: // loads and stores of a lane
		r.number()
		r.number()
		r.take(1)
	case operation > 0x1ff:
		panic(fmt.Errorf("instruction 0xfd %d is unknown to this host", operation))
	}
}
