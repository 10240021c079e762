package wasmplugin

import (
	"encoding/binary"
	"fmt"
	"io"
)

// declarations are what wazero does not tell of a module: imports that are no functions, and limits.
type declarations struct {
	// foreign imports, by what they are: "table", "memory", "global", "tag".
	foreign []foreignImport
	// tableElements that are declared from the start, in all tables.
	tableElements uint64
	// memoryPages of 64 KiB that the memory has from the start.
	memoryPages uint64
}

type foreignImport struct{ module, name, kind string }

const (
	importSection = 2
	tableSection  = 4
	memorySection = 5
	headerBytes   = 8
	hasMaximum    = 1
)

// readDeclarations of a module that wazero has found to be valid; so what is odd here is a form that it does not know.
func readDeclarations(module []byte) (found declarations, err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("its sections cannot be read")
		}
	}()
	rest := reader{module[headerBytes:]}
	for len(rest.bytes) > 0 {
		id := rest.byte()
		section := reader{rest.take(rest.number())}
		switch id {
		case importSection:
			section.imports(&found)
		case tableSection:
			for count := section.number(); count > 0; count-- {
				section.byte()
				found.tableElements += section.limits()
			}
		case memorySection:
			for count := section.number(); count > 0; count-- {
				found.memoryPages += section.limits()
			}
		}
	}
	return found, nil
}

func (r *reader) imports(found *declarations) {
	for count := r.number(); count > 0; count-- {
		module, name := string(r.take(r.number())), string(r.take(r.number()))
		kind := r.byte()
		switch kind {
		case 0:
			r.number()
			continue
		case 1:
			r.byte()
			r.limits()
		case 2:
			r.limits()
		case 3:
			r.byte()
			r.byte()
		case 4:
			r.byte()
			r.number()
		}
		found.foreign = append(found.foreign, foreignImport{module, name, kinds[kind]})
	}
}

var kinds = []string{"function", "table", "memory", "global", "tag"}

// reader of a module's numbers. It panics where the module ends too early.
type reader struct{ bytes []byte }

func (r *reader) byte() byte { return r.take(1)[0] }

func (r *reader) take(count uint64) []byte {
	if count > uint64(len(r.bytes)) {
		panic(io.ErrUnexpectedEOF)
	}
	taken := r.bytes[:count]
	r.bytes = r.bytes[count:]
	return taken
}

func (r *reader) number() uint64 {
	number, size := binary.Uvarint(r.bytes)
	r.take(uint64(max(size, 1)))
	return number
}

// limits of a memory or a table: its size at the start.
func (r *reader) limits() uint64 {
	flags := r.byte()
	minimum := r.number()
	if flags&hasMaximum != 0 {
		r.number()
	}
	return minimum
}
