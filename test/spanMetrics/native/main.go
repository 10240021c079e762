// Runs the Collector's spanmetrics connector natively. Standard input has a case on each line: a configuration, and
// batches of spans as OTLP JSON. Standard output gets a line for each case: what the connector reports after each batch,
// as OTLP JSON.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/open-telemetry/opentelemetry-collector-contrib/connector/spanmetricsconnector"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

type spanCase struct {
	Config  map[string]any    `json:"config"`
	Batches []json.RawMessage `json:"batches"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<30)
	output := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var given spanCase
		check(json.Unmarshal(lines.Bytes(), &given))
		check(output.Encode(reports(given)))
	}
	check(lines.Err())
}

func reports(given spanCase) []json.RawMessage {
	factory := spanmetricsconnector.NewFactory()
	config := factory.CreateDefaultConfig().(*spanmetricsconnector.Config)
	check(confmap.NewFromStringMap(given.Config).Unmarshal(config))
	check(config.Validate())

	clock := clockwork.NewFakeClock()
	ctx := clockwork.AddToContext(context.Background(), clock)
	reported := make(chan pmetric.Metrics, 1)
	next, err := consumer.NewMetrics(func(_ context.Context, metrics pmetric.Metrics) error {
		copied := pmetric.NewMetrics()
		metrics.CopyTo(copied)
		reported <- copied
		return nil
	})
	check(err)
	var traces connector.Traces
	traces, err = factory.CreateTracesToMetrics(ctx, connectortest.NewNopSettings(factory.Type()), config, next)
	check(err)
	check(traces.Start(ctx, componenttest.NewNopHost()))

	var results []json.RawMessage
	for _, batch := range given.Batches {
		spans, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(batch)
		check(err)
		check(traces.ConsumeTraces(ctx, spans))
		metrics := report(clock, config.MetricsFlushInterval, reported)
		if config.AggregationTemporality == "AGGREGATION_TEMPORALITY_CUMULATIVE" && !config.Exemplars.Enabled {
			// A sum that is new is reported as 0 first, for Prometheus' sake, and as what it is from then on.
			metrics = report(clock, config.MetricsFlushInterval, reported)
		}
		text, err := (&pmetric.JSONMarshaler{}).MarshalMetrics(metrics)
		check(err)
		results = append(results, text)
	}
	check(traces.Shutdown(ctx))
	return results
}

func report(clock *clockwork.FakeClock, interval time.Duration, reported <-chan pmetric.Metrics) pmetric.Metrics {
	clock.Advance(interval)
	return <-reported
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
