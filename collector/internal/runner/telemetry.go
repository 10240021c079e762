package runner

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"otelwasm.example/collector/wasmplugin"
)

// durations of calls, in seconds: microseconds when all is well.
var durations = []float64{0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5}

// Component says whose metrics these are.
type Component struct {
	// Type, for instance "wasmprocessor"; Name as it stands in the Collector's configuration.
	Type, Name string
	Signal     wasmplugin.Signal
	// Guest is the file's name without .wasm.
	Guest string
}

// Telemetry are a component's own metrics, under the names that the adapters for Node use (docs/self-telemetry.md).
// What is counted anyway is observed when a reader collects; only durations are recorded.
type Telemetry struct {
	registration metric.Registration
	duration     metric.Float64Histogram
	guest        []attribute.KeyValue
}

// NewTelemetry registers the metrics; stats is asked when a reader collects.
func NewTelemetry(provider metric.MeterProvider, component Component, stats func() Stats) (*Telemetry, error) {
	meter := provider.Meter("otelwasm")
	i := instruments{meter: meter}
	own := []attribute.KeyValue{
		attribute.String("otel.component.type", "otelwasm."+component.Type),
		attribute.String("otel.component.name", component.Name),
		attribute.String("otelwasm.signal", string(component.Signal)),
	}
	guest := append(own[:len(own):len(own)], attribute.String("otelwasm.guest.name", component.Guest))
	itemsIn := i.counter("adapter.items.in", "{item}", "Items that the adapter received")
	itemsOut := i.counter("adapter.items.out", "{item}", "Items passed to the next consumer")
	itemsAdded := i.counter("adapter.items.added", "{item}", "Items that a guest returned beyond the number it received")
	itemsDropped := i.counter("adapter.items.dropped", "{item}", "Items that were dropped or lost")
	io := i.counter("adapter.io", "By", "OTLP bytes passed to the guest and to the next consumer")
	calls := i.counter("guest.calls", "{call}", "Batches that a guest received")
	errors := i.counter("guest.errors", "{error}", "Calls that failed")
	restarts := i.counter("guest.restarts", "{restart}", "Instances that replaced a failed or recycled one")
	memory := i.upDownCounter("guest.memory.usage", "By", "Size of the guest's linear memory")
	state := i.upDownCounter("guest.state", "{guest}", "State of the guest")
	duration, err := meter.Float64Histogram("otelwasm.guest.call.duration", metric.WithUnit("s"),
		metric.WithDescription("Duration of a call into a guest"), metric.WithExplicitBucketBoundaries(durations...))
	i.note(err)
	if i.err != nil {
		return nil, i.err
	}
	observe := func(_ context.Context, o metric.Observer) error {
		now := stats()
		of := func(attributes []attribute.KeyValue, more ...attribute.KeyValue) metric.MeasurementOption {
			return metric.WithAttributes(append(attributes[:len(attributes):len(attributes)], more...)...)
		}
		o.ObserveInt64(itemsIn, now.ItemsIn, of(own))
		o.ObserveInt64(itemsOut, now.ItemsOut, of(own))
		o.ObserveInt64(itemsAdded, now.ItemsAdded, of(own))
		o.ObserveInt64(itemsDropped, now.ItemsDropped, of(own, attribute.String("otelwasm.drop.reason", "guest_decision")))
		for code, count := range now.ItemsFailed {
			o.ObserveInt64(itemsDropped, count, of(own, attribute.String("otelwasm.drop.reason", string(code))))
		}
		o.ObserveInt64(io, now.BytesIn, of(own, attribute.String("otelwasm.io.direction", "in")))
		o.ObserveInt64(io, now.BytesOut, of(own, attribute.String("otelwasm.io.direction", "out")))
		o.ObserveInt64(calls, now.Calls, of(guest))
		for code, count := range now.Errors {
			o.ObserveInt64(errors, count, of(guest, attribute.String("error.type", string(code))))
		}
		o.ObserveInt64(restarts, now.Restarts, of(guest))
		o.ObserveInt64(memory, now.MemoryBytes, of(guest))
		for s, count := range now.States {
			o.ObserveInt64(state, count, of(guest, attribute.String("otelwasm.guest.state", string(s))))
		}
		return nil
	}
	registration, err := meter.RegisterCallback(observe,
		itemsIn, itemsOut, itemsAdded, itemsDropped, io, calls, errors, restarts, memory, state)
	if err != nil {
		return nil, err
	}
	return &Telemetry{registration, duration, guest}, nil
}

// RecordCall of a guest; code is "" for one that went well.
func (t *Telemetry) RecordCall(took time.Duration, code wasmplugin.Code) {
	attributes := t.guest
	if code != "" {
		attributes = append(attributes[:len(attributes):len(attributes)], attribute.String("error.type", string(code)))
	}
	t.duration.Record(context.Background(), took.Seconds(), metric.WithAttributes(attributes...))
}

// Close stops the observing.
func (t *Telemetry) Close() error { return t.registration.Unregister() }

// instruments are made one after the other; the first error is kept.
type instruments struct {
	meter metric.Meter
	err   error
}

func (i *instruments) note(err error) {
	if i.err == nil {
		i.err = err
	}
}

func (i *instruments) counter(name, unit, description string) metric.Int64ObservableCounter {
	counter, err := i.meter.Int64ObservableCounter("otelwasm."+name, metric.WithUnit(unit), metric.WithDescription(description))
	i.note(err)
	return counter
}

func (i *instruments) upDownCounter(name, unit, description string) metric.Int64ObservableUpDownCounter {
	counter, err := i.meter.Int64ObservableUpDownCounter("otelwasm."+name, metric.WithUnit(unit), metric.WithDescription(description))
	i.note(err)
	return counter
}
