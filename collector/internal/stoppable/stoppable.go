// Package stoppable changes a module so that its host can stop it, whatever it does.
//
// wazero's own way to do so leaves the module at each turn of each loop, which makes a guest that goes through bytes four
// times as slow, and it does not stop a recursion. Here loops and functions count their work. After each checkInterval the
// guest checks whether it was told to stop. To check, it calls memory.grow for no page: that leaves the guest's
// code for a moment. Otherwise Go's garbage collection could not begin, and on one core the guest could not be stopped.
package stoppable

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Exports of a module that was changed: a global that stops it once it is not 0, and its start function if it had one,
// which the host calls: it could not be stopped during instantiation.
const (
	StopExport  = "otelwasm:stop"
	StartExport = "otelwasm:start"
)

var errEnds = errors.New("the module ends too early")

const (
	// checkInterval is the work between two checks, in turns of loops and calls: some 10 µs.
	checkInterval = 10_000
	// bulkShift: bytes that memory.copy and memory.fill move for one of them, as a power of two.
	bulkShift = 8

	// As toolchains write them. In other forms they are no less correct, only slower.
	memoryCopy = "\xfc\x0a\x00\x00"
	memoryFill = "\xfc\x0b\x00"

	i32         = 0x7f
	noResult    = 0x40
	functionTag = 0x60
)

// added is what the changed code refers to, as LEB128.
type added struct {
	left, stop, check, copy, fill []byte
	// globals that the module has itself.
	globals uint64
}

// Make a module stoppable that has a memory. All that is added stands behind the rest, so nothing else changes. Whether the
// module is valid is for the engine to say; here it is refused if it reaches for the globals that are added.
func Make(module []byte) (changed []byte, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("the module cannot be made stoppable: %v", fault)
		}
	}()
	s := readSections(module)
	functions, globals := countImports(s)
	declared := reader{s.find(functionSection)}
	if declared.bytes != nil {
		functions += declared.number()
	}
	types := s.add(typeSection, []byte{functionTag, 0, 0}, []byte{functionTag, 3, i32, i32, i32, 0})
	check, bulk := number(types), number(types+1)
	s.add(functionSection, check, bulk, bulk)
	own := globals + s.count(globalSection)
	s.add(globalSection, []byte{i32, 1, 0x41, 0, 0x0b}, []byte{i32, 1, 0x41, 0, 0x0b})
	a := added{number(own), number(own + 1), number(functions), number(functions + 1), number(functions + 2), own}
	s.add(exportSection, export(StopExport, 3, own+1))
	if start := s.find(startSection); start != nil {
		s.add(exportSection, export(StartExport, 0, (&reader{start}).number()))
		s.remove(startSection)
	}
	s.replace(codeSection, a.code(s.find(codeSection)))
	s.add(codeSection, a.checkBody(), a.bulkBody(memoryCopy), a.bulkBody(memoryFill))
	return s.write(), nil
}

func countImports(s sections) (functions, globals uint64) {
	payload := s.find(importSection)
	if payload == nil {
		return 0, 0
	}
	r := reader{payload}
	for count := r.number(); count > 0; count-- {
		r.take(r.number())
		r.take(r.number())
		switch r.byte() {
		case 0:
			functions++
			r.number()
		case 3:
			globals++
			r.take(2)
		default:
			panic("it imports a table, a memory or a tag")
		}
	}
	return functions, globals
}

func number(value uint64) []byte { return binary.AppendUvarint(nil, value) }

func export(name string, kind byte, index uint64) []byte {
	entry := append(number(uint64(len(name))), name...)
	return append(append(entry, kind), number(index)...)
}

// code with a charge at each loop, and at each function that calls others.
func (a added) code(payload []byte) []byte {
	if payload == nil {
		return []byte{0}
	}
	r := reader{payload}
	count := r.number()
	out := make([]byte, 0, len(payload)*5/4)
	out = binary.AppendUvarint(out, count)
	var body []byte
	for ; count > 0; count-- {
		body = a.body(body[:0], r.take(r.number()))
		out = binary.AppendUvarint(out, uint64(len(body)))
		out = append(out, body...)
	}
	return out
}

func (a added) body(out, function []byte) []byte {
	r := reader{function}
	for groups := r.number(); groups > 0; groups-- {
		r.number()
		r.byte()
	}
	out = append(out, function[:len(function)-len(r.bytes)]...)
	if calls(reader{r.bytes}) {
		out = append(out, a.charge(0x41, 1)...) // i32.const 1
	}
	for len(r.bytes) > 0 {
		before := r.bytes
		opcode := r.byte()
		r.skip(opcode)
		instruction := before[:len(before)-len(r.bytes)]
		if (opcode == opGlobalGet || opcode == opGlobalSet) && (&reader{instruction[1:]}).number() >= a.globals {
			panic("a global that it does not have")
		}
		switch string(instruction) {
		case memoryCopy:
			out = append(append(out, opCall), a.copy...)
		case memoryFill:
			out = append(append(out, opCall), a.fill...)
		default:
			if opcode == prefixBulk && (&reader{instruction[1:]}).number() >= 8 {
				// It may take long, and no guest does it often.
				out = append(append(out, opCall), a.check...)
			}
			out = append(out, instruction...)
		}
		if opcode == opLoop {
			out = append(out, a.charge(0x41, 1)...)
		}
	}
	return out
}

func calls(r reader) bool {
	for len(r.bytes) > 0 {
		opcode := r.byte()
		if opcode >= opCall && opcode <= opReturnIndirect {
			return true
		}
		r.skip(opcode)
	}
	return false
}

// charge what cost computes, and check when the interval is used up.
func (a added) charge(cost ...byte) []byte {
	return join([]byte{0x23}, a.left, cost, []byte{0x6b, 0x24}, a.left, // left = left - cost
		[]byte{0x23}, a.left, []byte{0x41, 0, 0x4c, 0x04, noResult, opCall}, a.check, []byte{0x0b}) // if left <= 0: check
}

// checkBody: a loop of no turns, at which wazero's interpreter looks by itself; memory.grow for no page; a trap if told to
// stop; another checkInterval.
func (a added) checkBody() []byte {
	return sized(join([]byte{0, opLoop, noResult, 0x0b, 0x41, 0, 0x40, 0, 0x1a, 0x23}, a.stop, []byte{0x04, noResult, 0x00, 0x0b},
		[]byte{0x41}, signed(checkInterval), []byte{0x24}, a.left, []byte{0x0b}))
}

// bulkBody charges by the length, its third parameter, and does what the instruction does.
func (a added) bulkBody(instruction string) []byte {
	return sized(join([]byte{0}, a.charge(0x20, 2, 0x41, bulkShift, 0x76),
		[]byte{0x20, 0, 0x20, 1, 0x20, 2}, []byte(instruction), []byte{0x0b}))
}

// signed LEB128 of a positive number.
func signed(value int) (out []byte) {
	for ; value >= 0x40; value >>= 7 {
		out = append(out, byte(value&0x7f)|0x80)
	}
	return append(out, byte(value))
}

func sized(body []byte) []byte { return append(number(uint64(len(body))), body...) }

func join(parts ...[]byte) (joined []byte) {
	for _, part := range parts {
		joined = append(joined, part...)
	}
	return joined
}
