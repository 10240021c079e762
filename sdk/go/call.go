//go:build wasip1

package otelwasm

import "fmt"

// Consume hands a batch that the host wrote to handle and answers with the status of the ABI. It is for the signal
// packages. The payload belongs to handle from here on: it is unpinned before handle runs, so that a panic leaks nothing.
func Consume(pointer, size uint32, handle func(payload []byte) error) uint32 {
	return status(func() error {
		payload, err := take(pointer, size)
		if err != nil {
			return err
		}
		return handle(payload)
	})
}

func take(pointer, size uint32) ([]byte, error) {
	if size == 0 {
		return nil, nil // the host does not call alloc for an empty batch
	}
	payload, known := pinned[pointer]
	if !known || uint32(len(payload)) < size {
		return nil, fmt.Errorf("%d bytes at %d were not handed out by alloc", size, pointer)
	}
	delete(pinned, pointer)
	return payload[:size], nil
}

// status runs a call of the host. A panic in it is an error of that call; a panic in another goroutine still ends the guest.
func status(run func() error) (code uint32) {
	defer func() {
		if reason := recover(); reason != nil {
			SetStatusReason(fmt.Sprintf("panic: %v", reason))
			code = 1
		}
	}()
	if err := run(); err != nil {
		SetStatusReason(err.Error())
		return 1
	}
	return 0
}
