package wire_test

import (
	"bytes"
	"fmt"
	"testing"

	"otelwasm.example/otelwasm/wire"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

var spanPath = []int{1, 2, 2}

// batch has spans n=0.. in scopes of 3 and resources of 2 scopes, some long enough for lengths of two bytes.
func batch() ptrace.Traces {
	data := ptrace.NewTraces()
	for n := range 14 {
		if n%6 == 0 {
			data.ResourceSpans().AppendEmpty().Resource().Attributes().PutInt("first", int64(n))
		}
		resource := data.ResourceSpans().At(data.ResourceSpans().Len() - 1)
		if n%3 == 0 {
			resource.ScopeSpans().AppendEmpty().Scope().SetName(fmt.Sprint("scope", n))
		}
		scope := resource.ScopeSpans().At(resource.ScopeSpans().Len() - 1)
		span := scope.Spans().AppendEmpty()
		span.Attributes().PutStr("n", fmt.Sprint(n))
		span.Attributes().PutStr("text", string(bytes.Repeat([]byte("x"), n*13)))
	}
	return data
}

func encode(t *testing.T, data ptrace.Traces) []byte {
	payload, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(data)
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

// What is left must be what decoding, removing and encoding again leaves, for every set of spans that is dropped.
func TestPruneIsRemovingFromDecodedData(t *testing.T) {
	for set := range 1 << 14 {
		in := func(n string) bool {
			var number int
			fmt.Sscan(n, &number)
			return set>>number&1 == 1
		}
		kept, changed, err := wire.Prune(encode(t, batch()), spanPath, func(span []byte) (bool, error) {
			for n := range 14 {
				if matches, err := wire.HasAttribute(span, 9, "n", fmt.Sprint(n)); matches || err != nil {
					return in(fmt.Sprint(n)), err
				}
			}
			return false, fmt.Errorf("a span without n")
		})
		if err != nil {
			t.Fatal(err)
		}
		want := batch()
		want.ResourceSpans().RemoveIf(func(resource ptrace.ResourceSpans) bool {
			resource.ScopeSpans().RemoveIf(func(scope ptrace.ScopeSpans) bool {
				scope.Spans().RemoveIf(func(span ptrace.Span) bool {
					n, _ := span.Attributes().Get("n")
					return in(n.Str())
				})
				return scope.Spans().Len() == 0
			})
			return resource.ScopeSpans().Len() == 0
		})
		if !bytes.Equal(kept, encode(t, want)) || changed != (set != 0) {
			t.Fatalf("set %b: changed %v, %d bytes, want %d", set, changed, len(kept), len(encode(t, want)))
		}
	}
}

func TestPruneRefusesWhatIsNotProtobuf(t *testing.T) {
	keep := func([]byte) (bool, error) { return false, nil }
	for _, message := range [][]byte{{0x80}, {0x0a}, {0x0a, 5, 1}, {0x02, 0}, {0x0b}, {0x09, 1}, {0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}} {
		if _, _, err := wire.Prune(message, spanPath, keep); err != wire.ErrMalformed {
			t.Errorf("%x: %v", message, err)
		}
	}
	payload := encode(t, batch())
	for size := range len(payload) {
		// A message cut at the end of a field is still a message; no cut may be a crash.
		wire.Prune(bytes.Clone(payload[:size]), spanPath, keep)
	}
}
