package otlp_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"otelwasm.example/collector/internal/otlp"
	"otelwasm.example/collector/wasmplugin"
)

// tracesOf makes resources with scopes with spans, as many as random says, some of them alike or empty.
func tracesOf(random *rand.Rand) ptrace.Traces {
	traces := ptrace.NewTraces()
	for range random.IntN(4) {
		resource := traces.ResourceSpans().AppendEmpty()
		resource.Resource().Attributes().PutInt("host", random.Int64N(2))
		for range random.IntN(3) {
			scope := resource.ScopeSpans().AppendEmpty()
			scope.Scope().SetName(fmt.Sprint("scope", random.IntN(2)))
			scope.SetSchemaUrl("schema")
			for range random.IntN(6) {
				scope.Spans().AppendEmpty().SetName(fmt.Sprint(random.IntN(4)))
			}
		}
	}
	return traces
}

func encoded(t testing.TB, traces ptrace.Traces) []byte {
	bytes, err := new(ptrace.ProtoMarshaler).MarshalTraces(traces)
	require.NoError(t, err)
	return bytes
}

func spanNames(t testing.TB, payload []byte) (names []string) {
	traces, err := new(ptrace.ProtoUnmarshaler).UnmarshalTraces(payload)
	require.NoError(t, err)
	for _, resource := range traces.ResourceSpans().All() {
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				names = append(names, span.Name())
			}
		}
	}
	return names
}

func TestCountsWhatPdataCounts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		traces := tracesOf(random)
		count, err := otlp.Count(wasmplugin.Traces, encoded(t, traces))
		require.NoError(t, err)
		assert.Equal(t, traces.SpanCount(), count)
	}
}

func TestCountsDataPointsAndLogRecords(t *testing.T) {
	metrics := pmetric.NewMetrics()
	scope := metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty()
	scope.Metrics().AppendEmpty().SetEmptyGauge().DataPoints().AppendEmpty()
	sum := scope.Metrics().AppendEmpty().SetEmptySum()
	sum.SetIsMonotonic(true)
	sum.DataPoints().AppendEmpty()
	sum.DataPoints().AppendEmpty()
	scope.Metrics().AppendEmpty().SetEmptyExponentialHistogram().DataPoints().AppendEmpty()
	payload, err := new(pmetric.ProtoMarshaler).MarshalMetrics(metrics)
	require.NoError(t, err)
	count, err := otlp.Count(wasmplugin.Metrics, payload)
	require.NoError(t, err)
	assert.Equal(t, 4, count)

	logs := plog.NewLogs()
	logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr("x")
	payload, err = new(plog.ProtoMarshaler).MarshalLogs(logs)
	require.NoError(t, err)
	count, err = otlp.Count(wasmplugin.Logs, payload)
	require.NoError(t, err)
	assert.Equal(t, 1, count)
}

func TestSplitsInTwoHalvesInOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		payload := encoded(t, tracesOf(random))
		names := spanNames(t, payload)
		first, second, err := otlp.SplitInTwo(wasmplugin.Traces, payload)
		if len(names) < 2 {
			require.Error(t, err)
			continue
		}
		require.NoError(t, err)
		assert.Len(t, spanNames(t, first), (len(names)+1)/2)
		assert.Equal(t, names, append(spanNames(t, first), spanNames(t, second)...))
	}
}

func TestSplitsAMetricOfManyPoints(t *testing.T) {
	metrics := pmetric.NewMetrics()
	metric := metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	metric.SetName("requests")
	for i := range 5 {
		metric.SetEmptySum().DataPoints().AppendEmpty().SetIntValue(int64(i))
	}
	for i := range 4 {
		metric.Sum().DataPoints().AppendEmpty().SetIntValue(int64(i))
	}
	payload, err := new(pmetric.ProtoMarshaler).MarshalMetrics(metrics)
	require.NoError(t, err)
	first, second, err := otlp.SplitInTwo(wasmplugin.Metrics, payload)
	require.NoError(t, err)
	for half, points := range map[string]int{string(first): 3, string(second): 2} {
		decoded, err := new(pmetric.ProtoUnmarshaler).UnmarshalMetrics([]byte(half))
		require.NoError(t, err)
		metric := decoded.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0)
		assert.Equal(t, "requests", metric.Name())
		assert.Equal(t, points, metric.Sum().DataPoints().Len())
	}
}

// keep is what a component does with a difference, in the form that this test compares.
func keep(traces ptrace.Traces, kept otlp.Kept) {
	at := 0
	next := func() bool { at++; return !kept[at-1] }
	traces.ResourceSpans().RemoveIf(func(resource ptrace.ResourceSpans) bool {
		if next() {
			return true
		}
		resource.ScopeSpans().RemoveIf(func(scope ptrace.ScopeSpans) bool {
			if next() {
				return true
			}
			scope.Spans().RemoveIf(func(ptrace.Span) bool { return next() })
			return false
		})
		return false
	})
}

func TestDifferenceIsWhatIsLeft(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 2_000 {
		traces := tracesOf(random)
		payload := encoded(t, traces)
		remove := func(percent int) bool { return random.IntN(100) < percent }
		traces.ResourceSpans().RemoveIf(func(resource ptrace.ResourceSpans) bool {
			resource.ScopeSpans().RemoveIf(func(scope ptrace.ScopeSpans) bool {
				scope.Spans().RemoveIf(func(ptrace.Span) bool { return remove(40) })
				return remove(20)
			})
			return remove(20)
		})
		result := encoded(t, traces)
		kept, ok := otlp.Difference(wasmplugin.Traces, payload, result)
		require.True(t, ok, "%x %x", payload, result)
		whole, err := new(ptrace.ProtoUnmarshaler).UnmarshalTraces(payload)
		require.NoError(t, err)
		keep(whole, kept)
		assert.Equal(t, result, encoded(t, whole))
	}
}

func TestDifferenceFindsOtherChanges(t *testing.T) {
	changes := map[string]func(ptrace.Traces){
		"a span": func(traces ptrace.Traces) {
			traces.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).SetName("other")
		},
		"a scope":    func(traces ptrace.Traces) { traces.ResourceSpans().At(0).ScopeSpans().At(0).Scope().SetName("other") },
		"a schema":   func(traces ptrace.Traces) { traces.ResourceSpans().At(0).ScopeSpans().At(0).SetSchemaUrl("") },
		"a resource": func(traces ptrace.Traces) { traces.ResourceSpans().At(0).Resource().Attributes().Clear() },
		"more":       func(traces ptrace.Traces) { traces.ResourceSpans().AppendEmpty().SetSchemaUrl("new") },
		"order": func(traces ptrace.Traces) {
			traces.ResourceSpans().At(0).ScopeSpans().At(0).Spans().Sort(func(a, b ptrace.Span) bool { return a.Name() > b.Name() })
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			traces := ptrace.NewTraces()
			scope := traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty()
			scope.SetSchemaUrl("schema")
			scope.Scope().SetName("scope")
			traces.ResourceSpans().At(0).Resource().Attributes().PutStr("a", "b")
			for _, name := range []string{"1", "2", "3"} {
				scope.Spans().AppendEmpty().SetName(name)
			}
			payload := encoded(t, traces)
			change(traces)
			_, ok := otlp.Difference(wasmplugin.Traces, payload, encoded(t, traces))
			assert.False(t, ok)
		})
	}
}

func FuzzPayload(f *testing.F) {
	f.Add(encoded(f, tracesOf(rand.New(rand.NewPCG(9, 9)))))
	f.Add([]byte("\x0a\xffgarbage"))
	f.Fuzz(func(t *testing.T, payload []byte) {
		for _, signal := range wasmplugin.Signals {
			items, err := otlp.Count(signal, payload)
			first, second, splitErr := otlp.SplitInTwo(signal, payload)
			if err != nil || items < 2 {
				assert.Error(t, splitErr)
				continue
			}
			a, err := otlp.Count(signal, first)
			require.NoError(t, err)
			b, err := otlp.Count(signal, second)
			require.NoError(t, err)
			assert.Equal(t, items, a+b)
			kept, ok := otlp.Difference(signal, payload, bytes.Clone(payload))
			assert.True(t, ok)
			assert.NotContains(t, kept, false)
		}
	})
}
