package stoppable

import "encoding/binary"

// sections of a module, by number.
const (
	typeSection     = 1
	importSection   = 2
	functionSection = 3
	globalSection   = 6
	exportSection   = 7
	startSection    = 8
	codeSection     = 10
)

// order in which sections stand, which is not quite that of their numbers.
var order = []byte{1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11}

var header = []byte{0, 'a', 's', 'm', 1, 0, 0, 0}

type section struct {
	id      byte
	payload []byte
}

type sections []section

func readSections(module []byte) (all sections) {
	r := reader{module[len(header):]}
	for len(r.bytes) > 0 {
		id := r.byte()
		all = append(all, section{id, r.take(r.number())})
	}
	return all
}

func (s sections) write() []byte {
	module := header
	for _, one := range s {
		module = append(module, one.id)
		module = binary.AppendUvarint(module, uint64(len(one.payload)))
		module = append(module, one.payload...)
	}
	return module
}

// find a section's payload, nil if there is none.
func (s sections) find(id byte) []byte {
	for _, one := range s {
		if one.id == id {
			return one.payload
		}
	}
	return nil
}

func (s *sections) replace(id byte, payload []byte) {
	for i := range *s {
		if (*s)[i].id == id {
			(*s)[i].payload = payload
			return
		}
	}
	// Behind all that come before it: custom sections may stand anywhere.
	at := len(*s)
	for i, one := range *s {
		if one.id != 0 && place(one.id) > place(id) {
			at = i
			break
		}
	}
	*s = append((*s)[:at:at], append(sections{{id, payload}}, (*s)[at:]...)...)
}

func (s *sections) remove(id byte) {
	var left sections
	for _, one := range *s {
		if one.id != id {
			left = append(left, one)
		}
	}
	*s = left
}

func place(id byte) int {
	for i, one := range order {
		if one == id {
			return i
		}
	}
	return len(order)
}

// count of the entries of a section that is a list.
func (s sections) count(id byte) uint64 {
	payload := s.find(id)
	if payload == nil {
		return 0
	}
	return (&reader{payload}).number()
}

// add entries at the end of a section that is a list. Answers the index of the first.
func (s *sections) add(id byte, entries ...[]byte) uint64 {
	payload := s.find(id)
	count := uint64(0)
	if payload != nil {
		r := reader{payload}
		count = r.number()
		payload = r.bytes
	}
	joined := binary.AppendUvarint(nil, count+uint64(len(entries)))
	joined = append(joined, payload...)
	for _, entry := range entries {
		joined = append(joined, entry...)
	}
	s.replace(id, joined)
	return count
}

// reader of a module's numbers. It panics where the module ends too early.
type reader struct{ bytes []byte }

func (r *reader) byte() byte { return r.take(1)[0] }

func (r *reader) take(count uint64) []byte {
	if count > uint64(len(r.bytes)) {
		panic(errEnds)
	}
	taken := r.bytes[:count]
	r.bytes = r.bytes[count:]
	return taken
}

// number in LEB128. The value of signed ones is not used.
func (r *reader) number() uint64 {
	number, shift := uint64(0), 0
	for i, b := range r.bytes {
		number |= uint64(b&0x7f) << shift
		shift += 7
		if b < 0x80 {
			r.bytes = r.bytes[i+1:]
			return number
		}
	}
	panic(errEnds)
}
