package runner

import (
	"otelwasm.example/collector/internal/otlp"
	"otelwasm.example/collector/wasmplugin"
)

// fatalFailures are codes after which a batch is worth another try on a new instance: they may be one item's doing.
var fatalFailures = map[wasmplugin.Code]bool{
	wasmplugin.GuestTrap: true, wasmplugin.GuestExit: true, wasmplugin.GuestTimeout: true,
	wasmplugin.GuestOutput: true, wasmplugin.MemoryLimit: true,
}

// Instances that a bisection may cost: in all, and before any piece of the batch went through (then it is the guest that
// is broken, not an item). Few where each one takes the whole of the timeout.
type budget struct{ fatal, fatalWithoutSuccess int }

var (
	trapBudget    = budget{64, 8}
	timeoutBudget = budget{16, 4}
)

// maxPieceBytes that all pieces together may have beyond twice the batch: each half has the whole of the envelopes.
const maxPieceBytes = 64 << 20

type piece struct {
	bytes []byte
	items int
	done  bool
}

// bisection of a batch that the guest had no room for, or died on: it is tried again, then halves of it, then halves of
// those, until an item that no instance survives is isolated. Its neighbours arrive, in order.
type bisection struct {
	signal   wasmplugin.Signal
	maxBytes int
	// call hands a piece to the guest, to a new instance if the last one died.
	call func(bytes []byte) wasmplugin.Outcome
	// applyOnError returns what continues of items that the guest cannot take.
	applyOnError func(bytes []byte, items int, err *wasmplugin.Error) []byte

	lastError *wasmplugin.Error
	fatal     int
	successes int
	timedOut  bool
	exhausted bool
}

// run returns what continues, in the batch's order. The error is DECODE: bytes that another guest made can be too odd to be split.
func (d *bisection) run(bytes []byte, items int, first *wasmplugin.Error) ([]byte, error) {
	d.maxBytes = max(maxPieceBytes, 2*len(bytes))
	d.lastError = first
	d.timedOut = first.Code == wasmplugin.GuestTimeout
	pieces := []piece{{bytes: bytes, items: items}}
	if fatalFailures[first.Code] {
		d.fatal = 1
	}
	// What did not fit is split at once, and what took too long; what killed the guest is tried once more as it is.
	if again := d.fatal > 0 && !d.timedOut; !again && items > 1 {
		halves, err := d.halves(bytes)
		if err != nil {
			return nil, err
		}
		pieces = halves
	}
	for !allDone(pieces) {
		d.exhausted = d.exhausted || size(pieces) > d.maxBytes
		var next []piece
		for _, p := range pieces {
			becomes := []piece{p}
			if !p.done {
				var err error
				if becomes, err = d.attempt(p); err != nil {
					return nil, err
				}
			}
			next = append(next, becomes...)
		}
		pieces = next
	}
	result := make([]byte, 0, size(pieces))
	for _, p := range pieces {
		result = append(result, p.bytes...)
	}
	return result, nil
}

// attempt is what a piece becomes: done, with what the guest made of it or what is left of it; or two halves to try.
func (d *bisection) attempt(p piece) ([]piece, error) {
	if d.exhausted {
		return d.unserved(p), nil
	}
	outcome := d.call(p.bytes)
	switch outcome.Status {
	case wasmplugin.Changed:
		d.successes++
		return []piece{{bytes: outcome.Bytes, done: true}}, nil
	case wasmplugin.Unchanged:
		d.successes++
		return []piece{{bytes: p.bytes, done: true}}, nil
	}
	d.lastError = outcome.Err
	killed := outcome.Status == wasmplugin.Failed || outcome.Err.Code == wasmplugin.GuestOutput
	if killed {
		d.count(outcome.Err.Code)
	}
	if p.items > 1 && !d.exhausted && (killed || outcome.Status == wasmplugin.NoRoom) {
		return d.halves(p.bytes)
	}
	return d.unserved(p), nil
}

func (d *bisection) count(code wasmplugin.Code) {
	d.fatal++
	d.timedOut = d.timedOut || code == wasmplugin.GuestTimeout
	allowed := trapBudget
	if d.timedOut {
		allowed = timeoutBudget
	}
	d.exhausted = !fatalFailures[code] || d.fatal >= allowed.fatal || d.successes == 0 && d.fatal >= allowed.fatalWithoutSuccess
}

func (d *bisection) halves(bytes []byte) ([]piece, error) {
	first, second, err := otlp.SplitInTwo(d.signal, bytes)
	if err != nil {
		return nil, err
	}
	pieces := []piece{{bytes: first}, {bytes: second}}
	for i := range pieces {
		if pieces[i].items, err = otlp.Count(d.signal, pieces[i].bytes); err != nil {
			return nil, err
		}
	}
	return pieces, nil
}

func (d *bisection) unserved(p piece) []piece {
	return []piece{{bytes: d.applyOnError(p.bytes, p.items, d.lastError), done: true}}
}

func allDone(pieces []piece) bool {
	for _, p := range pieces {
		if !p.done {
			return false
		}
	}
	return true
}

func size(pieces []piece) (sum int) {
	for _, p := range pieces {
		sum += len(p.bytes)
	}
	return sum
}
