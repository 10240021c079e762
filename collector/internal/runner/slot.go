package runner

import (
	"context"
	"fmt"
	"time"

	"otelwasm.example/collector/wasmplugin"
)

// maxRoomlessCalls: an instance that had room once and has none this often in a row, for smaller and smaller batches, is full.
const maxRoomlessCalls = 16

// State of what runs a guest, as the adapters for Node have it.
type State string

const (
	Starting   State = "starting"
	Running    State = "running"
	Restarting State = "restarting"
	FailedFor  State = "failed"
	Stopping   State = "stopping"
	Stopped    State = "stopped"
)

// slot keeps one instance of a guest running. It is used by one goroutine at a time.
type slot struct {
	guest       *wasmplugin.Guest
	stats       *guestStats
	backoff     backoff
	instance    *wasmplugin.Instance
	memoryBytes int
	aliveSince  time.Time
	startMemory int
	retryAt     time.Time
	lastFailure *wasmplugin.Error
	// hasServed a batch; roomless is how often in a row this instance had no room for one.
	hasServed bool
	roomless  int
	// servedSinceFailure: a guest that failed on the batch before this one as well is not searched again and again.
	servedSinceFailure bool
	// provenWell: the last search found that the guest serves others, so the next batch need not wait for a backoff.
	provenWell bool
}

func (s *slot) start(ctx context.Context) error {
	instance, err := s.guest.Instantiate(ctx, nil)
	if err != nil {
		return err
	}
	s.instance = instance
	s.aliveSince = time.Now()
	s.startMemory = instance.MemoryBytes()
	s.hasServed, s.roomless = false, 0
	s.report(Running)
	return nil
}

// consume hands a batch to the instance, to a new one where the last one failed. While that waits for its backoff the
// answer is GUEST_DOWN, at once. With ignoreBackoff a new instance is made anyway, and its failure does not extend the backoff.
func (s *slot) consume(ctx context.Context, payload []byte, ignoreBackoff bool) (outcome wasmplugin.Outcome, called bool) {
	if s.instance == nil {
		if wait := time.Until(s.retryAt); wait > 0 && !ignoreBackoff {
			return failed(&wasmplugin.Error{Code: wasmplugin.GuestDown, Cause: s.lastFailure, Message: fmt.Sprintf(
				"the guest is down for %s more after: %s", wait.Round(time.Millisecond), s.lastFailure.Message)}), false
		}
		s.stats.restarted()
		if err := s.start(ctx); err != nil {
			return failed(s.failed(ctx, wasmplugin.AsError(err, wasmplugin.StartFailed), ignoreBackoff)), false
		}
	}
	outcome = s.instance.Consume(ctx, payload)
	switch outcome.Status {
	case wasmplugin.Failed:
		s.failed(ctx, outcome.Err, ignoreBackoff)
		return outcome, true
	case wasmplugin.NoRoom:
		s.roomless++
	case wasmplugin.Unchanged, wasmplugin.Changed:
		s.roomless, s.hasServed = 0, true
	default:
		s.roomless = 0
	}
	s.report(Running)
	isFull := s.hasServed && s.roomless >= maxRoomlessCalls
	if isFull || s.memoryBytes > s.recycleAbove() {
		s.recycle(ctx)
	}
	return outcome, true
}

// recycleAbove is the size of memory at which the instance is replaced between two batches: three quarters of what it may
// have. What it needs from the start is no leak, however much it is.
func (s *slot) recycleAbove() int {
	limit := int(s.guest.Options().MemoryLimitPages) << 16
	return max(limit/4*3, s.startMemory)
}

func (s *slot) failed(ctx context.Context, err *wasmplugin.Error, ignoreBackoff bool) *wasmplugin.Error {
	var alive time.Duration
	if s.instance != nil {
		s.instance.Close(ctx)
		s.instance = nil
		alive = time.Since(s.aliveSince)
	}
	s.lastFailure = err
	if !ignoreBackoff {
		s.retryAt = time.Now().Add(s.backoff.after(alive))
	}
	s.report(Restarting)
	return err
}

func (s *slot) recycle(ctx context.Context) {
	if err := s.shutdown(ctx); err != nil {
		s.stats.failed(wasmplugin.AsError(err, wasmplugin.GuestStatus))
	}
	s.retryAt = time.Time{}
	s.report(Restarting)
}

// shutdown of the instance, if there is one.
func (s *slot) shutdown(ctx context.Context) error {
	if s.instance == nil {
		return nil
	}
	err := s.instance.Shutdown(ctx)
	s.instance.Close(ctx)
	s.instance = nil
	return err
}

// report what others may see of the slot.
func (s *slot) report(state State) {
	memoryBytes := 0
	if s.instance != nil {
		memoryBytes = s.instance.MemoryBytes()
	}
	s.stats.changed(s, state, memoryBytes-s.memoryBytes)
	s.memoryBytes = memoryBytes
}

func failed(err *wasmplugin.Error) wasmplugin.Outcome {
	return wasmplugin.Outcome{Status: wasmplugin.Failed, Err: err}
}
