package runner

import (
	"context"
	"fmt"
	"time"

	"otelwasm.example/collector/internal/otlp"
	"otelwasm.example/collector/wasmplugin"
)

// running is a batch on its way through a guest.
type running struct {
	Batch
	pool *Pool
	// failed are items that go no further, by reason.
	failed map[wasmplugin.Code]int
}

// call hands bytes to the guest. What it returns is checked before anybody else reads it, and its items are counted.
func (b *running) call(ctx context.Context, s *slot, bytes []byte, ignoreBackoff bool) (outcome wasmplugin.Outcome, items int) {
	begin := time.Now()
	outcome, called := s.consume(ctx, bytes, ignoreBackoff)
	took := time.Since(begin)
	if outcome.Status == wasmplugin.Changed {
		var err error
		if items, err = otlp.Count(b.pool.signal, outcome.Bytes); err != nil {
			outcome = wasmplugin.Outcome{Status: wasmplugin.Refused, Err: &wasmplugin.Error{
				Code: wasmplugin.GuestOutput, Cause: err,
				Message: fmt.Sprintf("the guest returned bytes that are not OTLP: %s", err)}}
		}
	}
	var code wasmplugin.Code
	if outcome.Err != nil {
		code = outcome.Err.Code
		b.pool.stats.failed(outcome.Err)
	} else {
		s.servedSinceFailure = true
	}
	// Without an instance there was no call: the guest is down, or could not be started.
	if called {
		b.pool.stats.add(func(now *Stats) { now.Calls++ })
		b.pool.options.RecordCall(took, code)
	}
	return outcome, items
}

// divide a batch that the guest had no room for, or died on.
func (b *running) divide(ctx context.Context, s *slot, first *wasmplugin.Error) Result {
	d := bisection{
		signal: b.pool.signal,
		call: func(bytes []byte) wasmplugin.Outcome {
			outcome, _ := b.call(ctx, s, bytes, true)
			return outcome
		},
		applyOnError: b.applyOnError,
	}
	bytes, err := d.run(b.Payload, b.Items, first)
	if err != nil {
		b.failed = nil
		return b.unserved(wasmplugin.AsError(err, wasmplugin.Decode))
	}
	s.servedSinceFailure = d.successes > 0
	// After time-outs the backoff stays in force: a search in every batch would block all the time.
	s.provenWell = d.successes > 0 && !d.timedOut
	return b.result(bytes, d.lastError)
}

// applyOnError returns what continues of items that the guest failed on.
func (b *running) applyOnError(bytes []byte, items int, err *wasmplugin.Error) []byte {
	passes := b.pool.options.OnError == Passthrough
	b.pool.options.Failures.told(err, items, passes)
	if passes {
		return bytes
	}
	if b.failed == nil {
		b.failed = map[wasmplugin.Code]int{}
	}
	b.failed[err.Code] += items
	return nil
}

// unserved is the result of a batch that the guest failed on as a whole.
func (b *running) unserved(err *wasmplugin.Error) Result {
	return b.result(b.applyOnError(b.Payload, b.Items, err), err)
}

// result where the guest failed on a part, with the bytes that continue.
func (b *running) result(bytes []byte, err *wasmplugin.Error) Result {
	result := Result{Changed: true, Payload: bytes, Err: err}
	for code, count := range b.failed {
		b.pool.stats.lost(code, count)
		result.Failed += count
	}
	// All pieces of it were counted before, or came from a Collector.
	result.Items, _ = otlp.Count(b.pool.signal, bytes)
	return result
}
