package runner

import (
	"maps"
	"sync"

	"otelwasm.example/collector/wasmplugin"
)

// Stats are what was done since the start. An item is a span, a metric data point or a log record. When nothing is in
// flight, ItemsIn + ItemsAdded = ItemsOut + ItemsDropped + the sum of ItemsFailed.
type Stats struct {
	ItemsIn, ItemsOut int64
	// ItemsDropped by the guest's decision; ItemsAdded beyond what it was given.
	ItemsDropped, ItemsAdded int64
	// ItemsFailed are lost, by reason.
	ItemsFailed       map[wasmplugin.Code]int64
	BytesIn, BytesOut int64
	// Calls: batches that an instance was given, and pieces of one that is searched. Of a receiver: what it emitted.
	Calls int64
	// Errors are failed calls, and batches for which there was none, by code.
	Errors      map[wasmplugin.Code]int64
	Restarts    int64
	MemoryBytes int64
	// States: how many instances are in each.
	States map[State]int64
}

// guestStats counts, for several goroutines.
type guestStats struct {
	lock  sync.Mutex
	now   Stats
	state map[any]State
}

func newStats() *guestStats {
	return &guestStats{
		now:   Stats{ItemsFailed: map[wasmplugin.Code]int64{}, Errors: map[wasmplugin.Code]int64{}},
		state: map[any]State{},
	}
}

func (g *guestStats) snapshot() Stats {
	g.lock.Lock()
	defer g.lock.Unlock()
	now := g.now
	now.ItemsFailed, now.Errors = maps.Clone(now.ItemsFailed), maps.Clone(now.Errors)
	now.States = map[State]int64{}
	for _, state := range g.state {
		now.States[state]++
	}
	return now
}

func (g *guestStats) add(change func(*Stats)) {
	g.lock.Lock()
	defer g.lock.Unlock()
	change(&g.now)
}

func (g *guestStats) restarted() {
	g.add(func(now *Stats) { now.Restarts++ })
}

// failed counts an error of the guest.
func (g *guestStats) failed(err *wasmplugin.Error) {
	g.add(func(now *Stats) { now.Errors[err.Code]++ })
}

// lost counts items.
func (g *guestStats) lost(code wasmplugin.Code, items int) {
	if items > 0 {
		g.add(func(now *Stats) { now.ItemsFailed[code] += int64(items) })
	}
}

// changed notes the state of one of several instances, and by how much its memory grew.
func (g *guestStats) changed(which any, state State, memoryBytes int) {
	g.lock.Lock()
	defer g.lock.Unlock()
	g.state[which] = state
	g.now.MemoryBytes += int64(memoryBytes)
}
