package otelwasm

import "fmt"

var (
	onStart = func() error { return nil }
	onStop  = func() error { return nil }

	configured   bool
	configureErr error

	// setReason tells the host why a call fails.
	setReason = func(reason string) {}
)

// Consume hands a batch that the host wrote to handle and answers with the status of the ABI. It is for the signal
// packages. The payload belongs to handle from here on: it is unpinned before handle runs, so that a panic leaks nothing.
func Consume(pointer, size uint32, handle func(payload []byte) error) uint32 {
	return status(func() error {
		payload, err := unpin(pointer, size)
		if err == nil {
			err = configure()
		}
		if err != nil {
			return err
		}
		return handle(payload)
	})
}

// Receive runs a receiver. It is for the receiver packages. A receiver without its configuration returns at once, the
// reason told.
func Receive(run func()) {
	if err := configure(); err != nil {
		setReason(err.Error())
		return
	}
	run()
}

// configure runs what OnStart set, once, whichever call comes first.
func configure() error {
	if !configured {
		configured = true
		configureErr = caught(onStart)
	}
	return configureErr
}

// status runs a call of the host.
func status(run func() error) uint32 {
	if err := caught(run); err != nil {
		setReason(err.Error())
		return 1
	}
	return 0
}

// caught makes a panic an error of that call; a panic in another goroutine still ends the guest.
func caught(run func() error) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panic: %v", reason)
		}
	}()
	return run()
}
