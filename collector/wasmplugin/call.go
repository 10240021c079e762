package wasmplugin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tetratelabs/wazero/sys"
)

// call is the state of one call into the guest. Every call has a new one, so nothing leaks into the next.
type call struct {
	instance *Instance
	// accepts is the signal whose results this call takes; none in start, shutdown and for exporters.
	accepts Signal
	reason  string
	// result is what the guest pushed, nil when it pushed nothing.
	result []byte
	// context of the call; done when its time is over. The limit of that time, 0 for none, and the option that sets it.
	context context.Context
	limit   time.Duration
	option  string
	// fault of a host function: the call has failed, even if the guest caught it and went on.
	fault error
}

// guarded runs a call with its time limit, 0 for none but ctx. What ends the call but a return is described by the error.
func (i *Instance) guarded(
	ctx context.Context, c *call, limit time.Duration, option string, run func(context.Context) error,
) *Error {
	if limit > 0 {
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
		defer cancel()
		ctx = limited
	}
	c.limit, c.option = limit, option
	c.context = context.WithValue(ctx, callKey{}, c)
	i.running = c
	unwatch := context.AfterFunc(ctx, i.stopNow)
	err := run(c.context)
	unwatch()
	for _, s := range i.streams {
		s.flush()
	}
	if c.fault != nil {
		// A guest with exception handling can catch what the host throws through it.
		err = c.fault
	}
	if err == nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err == nil {
		return nil
	}
	return c.describe(err)
}

// describe what ended a call but a return.
func (c *call) describe(err error) *Error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	var exit *sys.ExitError
	exited := errors.As(err, &exit)
	ended := !exited || exit.ExitCode() == sys.ExitCodeDeadlineExceeded || exit.ExitCode() == sys.ExitCodeContextCanceled
	if ended && c.context.Err() != nil {
		return c.ranTooLong()
	}
	if !exited {
		line := strings.TrimPrefix(firstLine(err), "wasm error: ")
		return &Error{Code: GuestTrap, Message: "the guest trapped: " + line, Cause: err}
	}
	return &Error{Code: GuestExit, Message: fmt.Sprintf("the guest exited with code %d", exit.ExitCode()), Cause: err}
}

func (c *call) ranTooLong() *Error {
	message := "the guest did not return in time and was stopped"
	if c.limit > 0 {
		message = fmt.Sprintf("the guest ran longer than %s (%s) and was stopped", c.option, c.limit)
	}
	return &Error{Code: GuestTimeout, Message: message}
}

// starting is a step on the way to an instance that serves: whatever goes wrong, the message says in which one.
func (i *Instance) starting(ctx context.Context, step string, run func(context.Context, *call) error) error {
	c := &call{instance: i}
	err := i.guarded(ctx, c, i.guest.options.StartTimeout, "start_timeout", func(ctx context.Context) error {
		return run(ctx, c)
	})
	if err == nil {
		return nil
	}
	i.death = err
	message := err.Message
	if !slices.Contains([]Code{StartFailed, ABIMismatch}, err.Code) {
		message = step + ": " + message
		err = &Error{Code: StartFailed, Message: message, Cause: err}
	}
	return &Error{Code: err.Code, Message: i.guest.options.Path + ": " + message, Cause: err}
}

func (c *call) statusText(what string, status uint64) string {
	reason := c.reason
	if reason == "" {
		reason = "the guest gave no reason"
	}
	return fmt.Sprintf("%s returned status %d: %s", what, int32(uint32(status)), reason)
}
