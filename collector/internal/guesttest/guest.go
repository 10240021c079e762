// Package guesttest finds the guests that tests run.
package guesttest

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

// Path of a guest of test/guests, as `node scripts/build-host-kit.mjs` makes it.
func Path(t testing.TB, name string) string {
	return found(t, "host-kit/guests/"+name, "node scripts/build-host-kit.mjs")
}

// Built is a guest of the repository's own, as `npm run build:guests` makes it.
func Built(t testing.TB, name string) string {
	return found(t, "guests/"+name, "npm run build:guests")
}

func found(t testing.TB, name, command string) string {
	_, self, _, _ := runtime.Caller(0)
	path := filepath.Join(filepath.Dir(self), "../../../build", name+".wasm")
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%s: run %s", err, command)
	}
	return path
}

// Traces of one scope with a span a name.
func Traces(names ...string) ptrace.Traces {
	traces := ptrace.NewTraces()
	spans := traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for _, name := range names {
		spans.AppendEmpty().SetName(name)
	}
	return traces
}

// Names of all spans.
func Names(all ...ptrace.Traces) (names []string) {
	for _, traces := range all {
		for _, resource := range traces.ResourceSpans().All() {
			for _, scope := range resource.ScopeSpans().All() {
				for _, span := range scope.Spans().All() {
					names = append(names, span.Name())
				}
			}
		}
	}
	return names
}
