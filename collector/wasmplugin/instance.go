package wasmplugin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"otelwasm.example/collector/internal/stoppable"
)

// Status is how a guest answered a batch.
type Status string

const (
	Unchanged Status = "unchanged" // it was accepted and continues unchanged
	Changed   Status = "changed"   // it is now Bytes; empty when everything was dropped
	Refused   Status = "refused"   // the guest returned an error status; the instance lives
	NoRoom    Status = "no_room"   // alloc returned 0, it was not handed over; the instance lives
	Failed    Status = "failed"    // the guest trapped, exited, timed out or broke the ABI: it must not be called again
)

// Outcome of one batch. Err is set for Refused, NoRoom and Failed.
type Outcome struct {
	Status Status
	Bytes  []byte
	Err    *Error
}

// Emit takes what a receiver produces; the bytes are its own.
type Emit func(signal Signal, bytes []byte)

// Instance of a guest: its memory, its lifecycle, one call at a time. Whatever ends a call but a return marks it dead,
// and a dead instance is never called again: its state may be corrupt.
type Instance struct {
	guest   *Guest
	module  api.Module
	log     *boundedLog
	streams [2]*stream
	emit    Emit
	// stopGlobal ends the guest's code once it is not 0.
	stopGlobal atomic.Pointer[api.MutableGlobal]
	// alloc and consume are looked up once; receivers have neither.
	alloc, consume api.Function
	// stop is raised to ask a receiver to return, and wakes it if it sleeps.
	stop    chan struct{}
	stopped atomic.Bool
	// running is the call that runs.
	running             *call
	death               *Error
	serves              bool
	toldOfIgnoredResult bool
}

// Instantiate makes an instance and starts it: _initialize, get_supported_telemetry, start(). Emit is a receiver's.
// The error is an [*Error]: START_FAILED, or ABI_MISMATCH when the guest says that it does not support the signal.
func (g *Guest) Instantiate(ctx context.Context, emit Emit) (*Instance, error) {
	log := &boundedLog{logger: g.options.Log}
	i := &Instance{
		guest:   g,
		log:     log,
		streams: [2]*stream{{log: log, level: LevelInfo}, {log: log, level: LevelWarn}},
		emit:    emit,
		stop:    make(chan struct{}),
	}
	if err := i.start(ctx); err != nil {
		i.Close(ctx)
		return nil, err
	}
	return i, nil
}

// MemoryBytes is the size of linear memory.
func (i *Instance) MemoryBytes() int {
	if i.module == nil || i.module.Memory() == nil {
		return 0
	}
	return int(i.module.Memory().Size())
}

// Close frees the instance, without a word to the guest.
func (i *Instance) Close(ctx context.Context) {
	if i.module != nil {
		_ = i.module.Close(ctx)
	}
}

func (i *Instance) start(ctx context.Context) error {
	err := i.starting(ctx, "instantiation", func(ctx context.Context, _ *call) (err error) {
		i.module, err = i.guest.runtime.InstantiateModule(ctx, i.guest.module, i.config())
		if err != nil {
			return err
		}
		if !i.guest.options.Interpreted {
			stop := i.module.ExportedGlobal(stoppable.StopExport).(api.MutableGlobal)
			i.stopGlobal.Store(&stop)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return i.callIfThere(ctx, stoppable.StartExport)
	})
	if err != nil {
		return err
	}
	err = i.starting(ctx, initializeExport, func(ctx context.Context, _ *call) error {
		return i.callIfThere(ctx, initializeExport)
	})
	if err != nil {
		return err
	}
	i.alloc = i.function(allocExport)
	i.consume = i.function(consumeExport(i.guest.options.Signal))
	if err := i.checkSupportedTelemetry(ctx); err != nil {
		return err
	}
	i.serves = true
	if !i.guest.options.Profile.starts(i.guest.options.Role, i.guest.options.Signal) {
		return nil
	}
	return i.starting(ctx, "start()", func(ctx context.Context, c *call) error {
		status, err := i.function(startExport).Call(ctx)
		if err == nil && uint32(status[0]) != 0 {
			return &Error{Code: StartFailed, Message: c.statusText("start()", status[0])}
		}
		return err
	})
}

func (i *Instance) callIfThere(ctx context.Context, name string) error {
	f := i.module.ExportedFunction(name)
	if f == nil {
		return nil
	}
	_, err := f.Call(ctx)
	return err
}

// config of an instance: a real clock and real random numbers, what was granted, and nothing else.
func (i *Instance) config() wazero.ModuleConfig {
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions().
		WithSysWalltime().WithSysNanotime().WithNanosleep(i.sleep).WithRandSource(rand.Reader).
		WithStdout(i.streams[0]).WithStderr(i.streams[1]).
		WithArgs(i.guest.options.Args...)
	for name, value := range i.guest.options.Env {
		config = config.WithEnv(name, value)
	}
	return config
}

// stopNow ends the call that runs, and with it the instance. Called from another goroutine than the guest's.
func (i *Instance) stopNow() {
	if stop := i.stopGlobal.Load(); stop != nil {
		(*stop).Set(1)
	}
}

// sleep as the guest asks for it: until its time is over, or it is asked to stop.
func (i *Instance) sleep(nanoseconds int64) {
	timer := time.NewTimer(time.Duration(nanoseconds))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-i.stop:
	case <-i.running.context.Done():
		panic(i.running.ranTooLong())
	}
}

func (i *Instance) checkSupportedTelemetry(ctx context.Context) error {
	supported := i.function(supportedExport)
	if supported == nil {
		return nil
	}
	return i.starting(ctx, "get_supported_telemetry()", func(ctx context.Context, _ *call) error {
		bits, err := supported.Call(ctx)
		signal := i.guest.options.Signal
		if err == nil && uint32(bits[0])&signal.bit() == 0 {
			return &Error{Code: ABIMismatch, Message: fmt.Sprintf(
				"the guest does not support %s: get_supported_telemetry() is %d, expected bit %d", signal, uint32(bits[0]), signal.bit())}
		}
		return err
	})
}

// Consume hands an OTLP message of the guest's signal to the guest. Empty bytes are handed over without alloc.
// A caller that is gone does not end the guest: ctx is looked at for its values alone.
func (i *Instance) Consume(ctx context.Context, payload []byte) Outcome {
	if i.death != nil {
		return Outcome{Status: Failed, Err: i.death}
	}
	c := &call{instance: i}
	if i.guest.options.Role == Processor {
		c.accepts = i.guest.options.Signal
	}
	var outcome Outcome
	err := i.guarded(ctx, c, i.guest.options.Timeout, "timeout", func(ctx context.Context) (err error) {
		outcome, err = i.handOver(ctx, c, payload)
		return err
	})
	if err != nil {
		i.death = err
		return Outcome{Status: Failed, Err: err}
	}
	return outcome
}

func (i *Instance) handOver(ctx context.Context, c *call, payload []byte) (Outcome, error) {
	stack := [2]uint64{0, uint64(len(payload))}
	if len(payload) > 0 {
		stack[0] = stack[1]
		if err := i.alloc.CallWithStack(ctx, stack[:1]); err != nil {
			return Outcome{}, err
		}
		stack[0] = uint64(uint32(stack[0]))
		if stack[0] == 0 {
			return Outcome{Status: NoRoom, Err: &Error{Code: AllocFailed,
				Message: fmt.Sprintf("the guest's alloc returned 0 for %d bytes", len(payload))}}, nil
		}
		if !i.module.Memory().Write(uint32(stack[0]), payload) {
			return Outcome{}, outside(i.module, stack[0], stack[1], "the pointer that alloc returned")
		}
	}
	if err := i.consume.CallWithStack(ctx, stack[:]); err != nil {
		return Outcome{}, err
	}
	if uint32(stack[0]) != 0 {
		name := consumeExport(i.guest.options.Signal).v1
		return Outcome{Status: Refused, Err: &Error{Code: GuestStatus, Message: c.statusText(name, stack[0])}}, nil
	}
	if c.result == nil {
		return Outcome{Status: Unchanged}, nil
	}
	return Outcome{Status: Changed, Bytes: c.result}, nil
}

// ErrReturned is the cause where a receiver returned by itself.
var ErrReturned = errors.New("the receiver returned")

// RunReceiver runs a receiver until it returns, or ctx is done. The error is an [*Error]: GUEST_EXIT where it returned
// before it was asked to, with the reason that it gave.
func (i *Instance) RunReceiver(ctx context.Context) error {
	c := &call{instance: i}
	err := i.guarded(ctx, c, 0, "", func(ctx context.Context) error {
		_, err := i.function(receiverExport(i.guest.options.Signal)).Call(ctx)
		return err
	})
	if err == nil && !i.shutdownRequested() {
		message := "the receiver returned before its shutdown was requested"
		if c.reason != "" {
			message += ": " + c.reason
		}
		return &Error{Code: GuestExit, Message: message, Cause: ErrReturned}
	}
	if err != nil {
		i.death = err
		return err
	}
	return nil
}

// RequestShutdown raises the flag that get_shutdown_requested answers. Safe from any goroutine, and more than once.
func (i *Instance) RequestShutdown() {
	if !i.stopped.Swap(true) {
		close(i.stop)
	}
}

func (i *Instance) shutdownRequested() bool { return i.stopped.Load() }

// Shutdown runs the guest's shutdown(), once, if it serves. The error is an [*Error].
func (i *Instance) Shutdown(ctx context.Context) error {
	if !i.serves || i.death != nil {
		return nil
	}
	i.serves = false
	c := &call{instance: i}
	err := i.guarded(ctx, c, i.guest.options.Timeout, "timeout", func(ctx context.Context) error {
		status, err := i.function(shutdownExport).Call(ctx)
		if err == nil && uint32(status[0]) != 0 {
			return &Error{Code: GuestStatus, Message: c.statusText("shutdown()", status[0])}
		}
		return err
	})
	if err != nil {
		i.death = err
		return err
	}
	return nil
}

func (i *Instance) function(f function) api.Function {
	name := i.guest.name(f)
	if name == "" {
		return nil
	}
	return i.module.ExportedFunction(name)
}
