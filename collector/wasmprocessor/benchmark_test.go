//go:build unix

package wasmprocessor_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/filterprocessor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"

	"otelwasm.example/collector/internal/guesttest"
	"otelwasm.example/collector/wasmprocessor"
)

const (
	spansPerBatch = 512
	droppedPath   = "/healthz"
)

// httpSpans as an HTTP server's instrumentation makes them; every tenth has the path that the filters drop.
func httpSpans() ptrace.Traces {
	traces := ptrace.NewTraces()
	resource := traces.ResourceSpans().AppendEmpty()
	for _, key := range []string{"service.name", "service.version", "host.name", "telemetry.sdk.name", "telemetry.sdk.language"} {
		resource.Resource().Attributes().PutStr(key, "checkout")
	}
	scope := resource.ScopeSpans().AppendEmpty()
	scope.Scope().SetName("@opentelemetry/instrumentation-http")
	for i := range spansPerBatch {
		span := scope.Spans().AppendEmpty()
		span.SetTraceID(pcommon.TraceID{1, 2, 3, byte(i), byte(i >> 8)})
		span.SetSpanID(pcommon.SpanID{4, byte(i), byte(i >> 8)})
		span.SetName("GET /api/v1/orders/:id")
		span.SetKind(ptrace.SpanKindServer)
		span.SetStartTimestamp(1_700_000_000_000_000_000)
		span.SetEndTimestamp(1_700_000_000_100_000_000)
		path := fmt.Sprintf("/api/v1/orders/%d", i)
		if i%10 == 0 {
			path = droppedPath
		}
		attributes := span.Attributes()
		attributes.PutStr("http.request.method", "GET")
		attributes.PutStr("http.route", "/api/v1/orders/:id")
		attributes.PutStr("url.path", path)
		attributes.PutStr("url.scheme", "https")
		attributes.PutStr("server.address", "shop.example.com")
		attributes.PutInt("server.port", 443)
		attributes.PutInt("http.response.status_code", 200)
		attributes.PutStr("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36")
		attributes.PutStr("client.address", "10.1.2.3")
		attributes.PutStr("network.protocol.version", "1.1")
	}
	return traces
}

// marshals what it is given, as an OTLP exporter does.
type marshaling struct {
	t    testing.TB
	lock sync.Mutex
	left int
}

func (*marshaling) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

func (m *marshaling) ConsumeTraces(_ context.Context, traces ptrace.Traces) error {
	_, err := new(ptrace.ProtoMarshaler).MarshalTraces(traces)
	m.lock.Lock()
	m.left = traces.SpanCount()
	m.lock.Unlock()
	return err
}

// side is one of two filters: from bytes to bytes.
type side struct {
	processor processor.Traces
	sink      *marshaling
	payload   []byte
}

func (s *side) batch() error {
	traces, err := new(ptrace.ProtoUnmarshaler).UnmarshalTraces(s.payload)
	if err != nil {
		return err
	}
	return s.processor.ConsumeTraces(context.Background(), traces)
}

func newSide(t testing.TB, create func(processor.Settings, consumer.Traces) (processor.Traces, error), settings processor.Settings) *side {
	payload, err := new(ptrace.ProtoMarshaler).MarshalTraces(httpSpans())
	require.NoError(t, err)
	s := &side{sink: &marshaling{t: t}, payload: payload}
	s.processor, err = create(settings, s.sink)
	require.NoError(t, err)
	require.NoError(t, s.processor.Start(context.Background(), componenttest.NewNopHost()))
	t.Cleanup(func() { assert.NoError(t, s.processor.Shutdown(context.Background())) })
	require.NoError(t, s.batch())
	require.Equal(t, spansPerBatch-(spansPerBatch+9)/10, s.sink.left)
	return s
}

// inWasm is AssemblyScript's filter guest.
func inWasm(t testing.TB, instances int) *side {
	factory := wasmprocessor.NewFactory()
	config := configOf(guesttest.Built(t, "filter"))
	config.PluginConfig = map[string]any{"drop": []string{droppedPath}}
	config.Instances = instances
	return newSide(t, func(settings processor.Settings, next consumer.Traces) (processor.Traces, error) {
		return factory.CreateTraces(context.Background(), settings, config, next)
	}, processortest.NewNopSettings(factory.Type()))
}

// native is the Collector's filter processor with the same condition.
func native(t testing.TB) *side {
	factory := filterprocessor.NewFactory()
	config := factory.CreateDefaultConfig().(*filterprocessor.Config)
	config.Traces.SpanConditions = []string{fmt.Sprintf("attributes[%q] == %q", "url.path", droppedPath)}
	return newSide(t, func(settings processor.Settings, next consumer.Traces) (processor.Traces, error) {
		return factory.CreateTraces(context.Background(), settings, config, next)
	}, processortest.NewNopSettings(factory.Type()))
}

// BenchmarkFilter compares the two: from bytes to bytes, one core. Run it with -cpu 1.
func BenchmarkFilter(b *testing.B) {
	for name, s := range map[string]*side{"native": native(b), "wasm": inWasm(b, 1)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := s.batch(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkConcurrency has 8 callers with one instance, and with a pool of 8. Run it with -cpu 1,2.
func BenchmarkConcurrency(b *testing.B) {
	for _, instances := range []int{1, 8} {
		s := inWasm(b, instances)
		b.Run(fmt.Sprintf("instances=%d", instances), func(b *testing.B) {
			b.SetParallelism(8)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := s.batch(); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

// The bar: the guest costs at most 1.5 times the native processor, unmarshal and marshal included. What is compared is the
// CPU time of the process on one core, in turns: other work on the machine does not count.
func TestTheGuestCostsAboutWhatTheNativeFilterCosts(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector slows Go and not the guest")
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	const batches = 25
	sides := []*side{native(t), inWasm(t, 1)}
	took := make([][]time.Duration, len(sides))
	for range 20 {
		for i, s := range sides {
			begin := cpuTime(t)
			for range batches {
				require.NoError(t, s.batch())
			}
			took[i] = append(took[i], (cpuTime(t)-begin)/batches)
		}
	}
	median := func(all []time.Duration) time.Duration {
		slices.Sort(all)
		return all[len(all)/2]
	}
	ratio := float64(median(took[1])) / float64(median(took[0]))
	t.Logf("native %s, guest %s of CPU a batch of %d spans: ratio %.2f", median(took[0]), median(took[1]), spansPerBatch, ratio)
	assert.LessOrEqual(t, ratio, 1.5)
}

func cpuTime(t *testing.T) time.Duration {
	var usage syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// Memory is flat: for as long as SOAK says, a second by default.
func TestMemoryIsFlat(t *testing.T) {
	lasting := time.Second
	if soak := os.Getenv("SOAK"); soak != "" {
		var err error
		lasting, err = time.ParseDuration(soak)
		require.NoError(t, err)
	}
	s := inWasm(t, 1)
	heap := func() uint64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	for range 50 {
		require.NoError(t, s.batch())
	}
	before := heap()
	batches := 0
	for begin := time.Now(); time.Since(begin) < lasting; batches++ {
		require.NoError(t, s.batch())
	}
	after := heap()
	t.Logf("%d batches of %d spans in %s: %d KiB before, %d KiB after", batches, spansPerBatch, lasting, before>>10, after>>10)
	assert.Less(t, after, before+2<<20)
}
