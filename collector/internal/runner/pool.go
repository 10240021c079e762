package runner

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"otelwasm.example/collector/wasmplugin"
)

// OnError says what happens to items that a guest failed on.
type OnError string

const (
	// Drop: they are lost, and counted.
	Drop OnError = "drop"
	// Passthrough: they continue unchanged.
	Passthrough OnError = "passthrough"
	// Propagate: nothing of the batch continues, and the caller gets the error.
	Propagate OnError = "propagate"
)

// Options of a pool.
type Options struct {
	// Instances that serve at the same time; each takes one call at a time.
	Instances int
	OnError   OnError
	Restart   Restart
	// Failures is told what a guest failed on.
	Failures *Failures
	// RecordCall is told how long each call took; code is "" for one that went well.
	RecordCall func(duration time.Duration, code wasmplugin.Code)
}

// Batch for a guest.
type Batch struct {
	Payload []byte
	Items   int
}

// Result of a batch.
type Result struct {
	// Changed: the result is Payload, empty if everything was dropped. Otherwise the batch continues unchanged.
	Changed bool
	Payload []byte
	// Items of the result.
	Items int
	// Failed are items that the guest failed on and that go no further.
	Failed int
	// Err is the last failure, also where the items went on under Passthrough.
	Err *wasmplugin.Error
}

// Pool runs instances of one guest, and deals with what they fail on.
type Pool struct {
	guest      *wasmplugin.Guest
	options    Options
	signal     wasmplugin.Signal
	slots      []*slot
	free       chan *slot
	isShutDown atomic.Bool
	// closed when all instances are shut down.
	closed chan struct{}
	stats  *guestStats
}

// NewPool starts all instances. The error is an [*wasmplugin.Error], of the first that cannot be started.
func NewPool(ctx context.Context, guest *wasmplugin.Guest, options Options) (*Pool, error) {
	if options.RecordCall == nil {
		options.RecordCall = func(time.Duration, wasmplugin.Code) {}
	}
	p := &Pool{
		guest:   guest,
		options: options,
		signal:  guest.Options().Signal,
		free:    make(chan *slot, options.Instances),
		closed:  make(chan struct{}),
		stats:   newStats(),
	}
	for range options.Instances {
		s := &slot{guest: guest, stats: p.stats, backoff: backoff{Restart: options.Restart}, servedSinceFailure: true}
		if err := s.start(ctx); err != nil {
			_ = p.Shutdown(ctx)
			return nil, err
		}
		p.slots = append(p.slots, s)
		p.free <- s
	}
	return p, nil
}

// Stats so far.
func (p *Pool) Stats() Stats { return p.stats.snapshot() }

// Process puts a batch through an instance, when one is free. What it makes of the batch is counted.
func (p *Pool) Process(ctx context.Context, batch Batch) Result {
	p.stats.add(func(now *Stats) {
		now.ItemsIn += int64(batch.Items)
		now.BytesIn += int64(len(batch.Payload))
	})
	result := p.process(ctx, batch)
	if p.options.OnError == Propagate && result.Failed > 0 {
		// The other results of the batch are discarded too.
		p.stats.lost(result.Err.Code, batch.Items-result.Failed)
		return Result{Failed: batch.Items, Err: result.Err}
	}
	p.stats.add(func(now *Stats) {
		decided := int64(batch.Items - result.Failed - result.Items)
		now.ItemsDropped += max(decided, 0)
		now.ItemsAdded += max(-decided, 0)
		now.ItemsOut += int64(result.Items)
		now.BytesOut += int64(len(result.Payload))
	})
	return result
}

// NotDelivered says of items of a result that they went no further all the same.
func (p *Pool) NotDelivered(items int, err *wasmplugin.Error) {
	p.stats.add(func(now *Stats) { now.ItemsOut -= int64(items) })
	p.stats.lost(err.Code, items)
	p.options.Failures.told(err, items, false)
}

// Shutdown waits for the calls that run, then shuts each instance down, once.
func (p *Pool) Shutdown(ctx context.Context) error {
	if p.isShutDown.Swap(true) {
		return nil
	}
	var errs []error
	for range p.slots {
		select {
		case s := <-p.free:
			s.report(Stopping)
			errs = append(errs, s.shutdown(ctx))
			s.report(Stopped)
		case <-ctx.Done():
			return errors.Join(append(errs, ctx.Err())...)
		}
	}
	close(p.closed)
	return errors.Join(errs...)
}

// acquire an instance that is free.
func (p *Pool) acquire(ctx context.Context) (*slot, *wasmplugin.Error) {
	select {
	case s := <-p.free:
		return s, nil
	case <-p.closed:
		return nil, &wasmplugin.Error{Code: wasmplugin.Shutdown, Message: "the guest is shut down"}
	case <-ctx.Done():
		return nil, &wasmplugin.Error{Code: wasmplugin.QueueFull, Cause: ctx.Err(), Message: fmt.Sprintf(
			"no instance was free before the caller's deadline: %s", ctx.Err())}
	}
}

func (p *Pool) process(ctx context.Context, batch Batch) Result {
	b := &running{Batch: batch, pool: p}
	s, busy := p.acquire(ctx)
	if busy != nil {
		p.stats.failed(busy)
		return b.unserved(busy)
	}
	defer func() { p.free <- s }()
	outcome, items := b.call(ctx, s, batch.Payload, s.provenWell)
	s.provenWell = false
	switch outcome.Status {
	case wasmplugin.Unchanged:
		return Result{Payload: batch.Payload, Items: batch.Items}
	case wasmplugin.Changed:
		return Result{Changed: true, Payload: outcome.Bytes, Items: items}
	}
	search := outcome.Status == wasmplugin.NoRoom || fatalFailures[outcome.Err.Code] && s.servedSinceFailure
	if outcome.Status == wasmplugin.Failed {
		s.servedSinceFailure = false
	}
	if !search {
		return b.unserved(outcome.Err)
	}
	return b.divide(ctx, s, outcome.Err)
}
