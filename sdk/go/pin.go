package otelwasm

import (
	"fmt"
	"unsafe"
)

// pinned keeps what alloc handed out reachable: the host holds a number, which the collector cannot see.
var pinned = map[uint32][]byte{}

// pin allocates a payload and keeps it until the host hands it over.
func pin(size uint32) uint32 {
	payload := make([]byte, max(size, 1))
	pointer := address(payload)
	pinned[pointer] = payload
	return pointer
}

// unpin gives back what pin keeps.
func unpin(pointer, size uint32) ([]byte, error) {
	if size == 0 {
		return nil, nil // the host does not call alloc for an empty batch
	}
	payload, known := pinned[pointer]
	if !known || uint32(len(payload)) < size {
		return nil, fmt.Errorf("%d bytes at %d were not allocated by alloc", size, pointer)
	}
	delete(pinned, pointer)
	return payload[:size], nil
}

func address(payload []byte) uint32 {
	return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(payload))))
}
