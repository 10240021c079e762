package runner

import (
	"context"
	"errors"
	"sync"
	"time"

	"otelwasm.example/collector/wasmplugin"
)

// ReceiverOptions say how a receiver is kept running.
type ReceiverOptions struct {
	Restart Restart
	// ShutdownTimeout is how long the guest may take to return once it was asked to.
	ShutdownTimeout time.Duration
	Failures        *Failures
	// Deliver hands what the guest emitted to the next consumer. The guest waits for it. Answers how many items that was;
	// an [*wasmplugin.Error] says that the bytes are no OTLP, any other that the next consumer refused them.
	Deliver func(ctx context.Context, payload []byte) (items int, err error)
	// Ended is told when the guest is not started again: it returned by itself.
	Ended func(err error)
}

// Receiver runs a guest that produces, and restarts it when it fails.
type Receiver struct {
	guest   *wasmplugin.Guest
	options ReceiverOptions
	stats   *guestStats
	backoff backoff
	// stop is closed when shutdown is asked for; end ends what then still runs.
	stop    chan struct{}
	context context.Context
	end     context.CancelFunc
	done    chan struct{}
	lock    sync.Mutex
	current *wasmplugin.Instance
	memory  int
	// err is the guest's, at its shutdown.
	err error
}

// NewReceiver starts the guest. The error is an [*wasmplugin.Error] with its reason.
func NewReceiver(ctx context.Context, guest *wasmplugin.Guest, options ReceiverOptions) (*Receiver, error) {
	r := &Receiver{
		guest: guest, options: options, stats: newStats(), backoff: backoff{Restart: options.Restart},
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	r.context, r.end = context.WithCancel(context.WithoutCancel(ctx))
	first, err := r.instantiate(ctx)
	if err != nil {
		r.end()
		return nil, err
	}
	go r.keepRunning(first)
	return r, nil
}

// Stats so far.
func (r *Receiver) Stats() Stats { return r.stats.snapshot() }

// Shutdown asks the guest to return, wakes it if it sleeps, and stops it if it has not returned in time. The error is the
// guest's, GUEST_TIMEOUT if it had to be stopped.
func (r *Receiver) Shutdown(ctx context.Context) error {
	close(r.stop)
	r.lock.Lock()
	if r.current != nil {
		r.current.RequestShutdown()
	}
	r.lock.Unlock()
	grace := time.NewTimer(r.options.ShutdownTimeout)
	defer grace.Stop()
	select {
	case <-r.done:
	case <-grace.C:
	case <-ctx.Done():
	}
	r.end()
	<-r.done
	return r.err
}

func (r *Receiver) stopping() bool {
	select {
	case <-r.stop:
		return true
	default:
		return false
	}
}

// keepRunning one run after the other, until shutdown, or a guest that returned by itself.
func (r *Receiver) keepRunning(instance *wasmplugin.Instance) {
	defer close(r.done)
	for {
		begun := time.Now()
		err := r.run(instance)
		if r.stopping() {
			r.err = err
			r.report(nil, Stopped)
			return
		}
		own := wasmplugin.AsError(err, wasmplugin.GuestTrap)
		r.failed(own)
		if errors.Is(err, wasmplugin.ErrReturned) {
			r.report(nil, FailedFor)
			r.options.Ended(own)
			return
		}
		if instance = r.replace(time.Since(begun)); instance == nil {
			r.report(nil, Stopped)
			return
		}
	}
}

// replace makes the next instance, after a wait; nil once shutdown was asked for.
func (r *Receiver) replace(alive time.Duration) *wasmplugin.Instance {
	for {
		r.report(nil, Restarting)
		wait := time.NewTimer(r.backoff.after(alive))
		select {
		case <-wait.C:
		case <-r.stop:
			wait.Stop()
			return nil
		}
		r.stats.restarted()
		instance, err := r.instantiate(r.context)
		if err == nil {
			return instance
		}
		r.failed(wasmplugin.AsError(err, wasmplugin.StartFailed))
		alive = 0
	}
}

func (r *Receiver) instantiate(ctx context.Context) (*wasmplugin.Instance, error) {
	instance, err := r.guest.Instantiate(ctx, r.emitted)
	if err != nil {
		return nil, err
	}
	r.lock.Lock()
	r.current = instance
	if r.stopping() {
		instance.RequestShutdown()
	}
	r.lock.Unlock()
	r.report(instance, Running)
	return instance, nil
}

// run the instance until it returns, then shut it down.
func (r *Receiver) run(instance *wasmplugin.Instance) error {
	defer instance.Close(r.context)
	err := instance.RunReceiver(r.context)
	if err != nil {
		return err
	}
	return instance.Shutdown(r.context)
}

func (r *Receiver) emitted(signal wasmplugin.Signal, payload []byte) {
	r.stats.add(func(now *Stats) { now.Calls++ })
	r.report(r.current, Running)
	if own := r.guest.Options().Signal; signal != own {
		r.failed(&wasmplugin.Error{Code: wasmplugin.GuestOutput,
			Message: "a receiver of " + string(own) + " emitted " + string(signal) + ", which were dropped"})
		return
	}
	items, err := r.options.Deliver(r.context, payload)
	var malformed *wasmplugin.Error
	if errors.As(err, &malformed) && malformed.Code == wasmplugin.GuestOutput {
		r.failed(malformed)
		return
	}
	r.stats.add(func(now *Stats) {
		now.ItemsIn += int64(items)
		now.BytesIn += int64(len(payload))
		if err == nil {
			now.ItemsOut += int64(items)
			now.BytesOut += int64(len(payload))
		}
	})
	if err != nil {
		r.stats.lost(wasmplugin.ExportFailed, items)
		r.options.Failures.told(&wasmplugin.Error{Code: wasmplugin.ExportFailed, Message: err.Error(), Cause: err}, items, false)
	}
}

func (r *Receiver) failed(err *wasmplugin.Error) {
	r.stats.failed(err)
	r.options.Failures.Log("the guest failed", err)
}

// report what others may see. Called by whoever runs the instance.
func (r *Receiver) report(instance *wasmplugin.Instance, state State) {
	memoryBytes := 0
	if instance != nil {
		memoryBytes = instance.MemoryBytes()
	}
	r.stats.changed(r, state, memoryBytes-r.memory)
	r.memory = memoryBytes
}
