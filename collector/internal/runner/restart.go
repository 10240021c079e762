// Package runner keeps instances of guests running: it replaces those that failed, with backoff; finds the one item that
// kills a guest; and counts what became of every item, under the names of the adapters for Node.
package runner

import (
	"math/rand/v2"
	"time"
)

// Restart says when a guest that failed is restarted.
type Restart struct {
	// InitialDelay before the second replacement in a row; the first is at once.
	InitialDelay time.Duration
	// MaxDelay up to which the wait doubles with each failure.
	MaxDelay time.Duration
	// Healthy: an instance that lived this long clears the count of failures.
	Healthy time.Duration
}

// DefaultRestart is that of the adapters for Node.
var DefaultRestart = Restart{InitialDelay: 100 * time.Millisecond, MaxDelay: 30 * time.Second, Healthy: time.Minute}

// backoff counts failures in a row and says how long to wait.
type backoff struct {
	Restart
	failures int
}

// after an instance that lived so long failed: nothing the first time, then exponentially longer, between half and all of it.
func (b *backoff) after(alive time.Duration) time.Duration {
	if alive >= b.Healthy {
		b.failures = 0
	}
	b.failures++
	if b.failures == 1 {
		return 0
	}
	full := b.MaxDelay
	if doublings := b.failures - 2; doublings < 30 {
		full = min(full, b.InitialDelay<<doublings)
	}
	return full/2 + rand.N(full/2+1)
}
