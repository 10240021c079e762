package wasmplugin

import "errors"

// Code says what went wrong. The codes are those of the host for Node, and stable; messages may change.
type Code string

const (
	InvalidOption Code = "INVALID_OPTION"  // a setting has a wrong value
	GuestNotFound Code = "GUEST_NOT_FOUND" // the guest's file cannot be read
	GuestInvalid  Code = "GUEST_INVALID"   // it is no WebAssembly module that this host can run
	ABIMismatch   Code = "ABI_MISMATCH"    // it does not speak the ABI for the wanted role; all problems are listed
	MemoryLimit   Code = "MEMORY_LIMIT"    // it needs more memory from the start than it is granted
	StartFailed   Code = "START_FAILED"    // start() returned an error status, trapped or timed out
	GuestStatus   Code = "GUEST_STATUS"    // a call returned an error status
	GuestTrap     Code = "GUEST_TRAP"      // unreachable, bad memory access, stack overflow, bad pointer to the host
	GuestExit     Code = "GUEST_EXIT"      // proc_exit, or a receiver that returned before it was asked to
	GuestTimeout  Code = "GUEST_TIMEOUT"   // a call ran longer than its timeout and was stopped
	GuestDown     Code = "GUEST_DOWN"      // the last instance failed and its replacement waits for its backoff
	AllocFailed   Code = "ALLOC_FAILED"    // alloc returned 0
	GuestOutput   Code = "GUEST_OUTPUT"    // the guest returned bytes that are not well-formed OTLP, or too many
	Decode        Code = "DECODE"          // bytes are not well-formed OTLP
	QueueFull     Code = "QUEUE_FULL"      // no instance was free in the time that the caller had
	ExportFailed  Code = "EXPORT_FAILED"   // the next consumer refused the data
	Shutdown      Code = "SHUTDOWN"        // the component is shut down
)

// Error is the one error type of this package. Match on Code.
type Error struct {
	Code    Code
	Message string
	Cause   error
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

func (e *Error) Unwrap() error { return e.Cause }

// AsError is err as an [*Error]; of what else there is, one with the given code.
func AsError(err error, otherwise Code) *Error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	return &Error{Code: otherwise, Message: err.Error(), Cause: err}
}
