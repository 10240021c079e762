//go:build wasip1

// Fails in the way its configuration names, for the tests of hosts: { "fault": "panic" }.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sort"
	"strings"

	"otelwasm.example/otelwasm"
	"otelwasm.example/otelwasm/pdata"
	"otelwasm.example/otelwasm/traces"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

var config struct {
	Fault string `json:"fault"`
}

var faults = map[string]func(){
	"none":           func() {},
	"panic":          func() { panic("as configured") },
	"nil":            dereferenceNil,
	"goroutinePanic": inGoroutine(func() { panic("as configured") }),
	"goroutineNil":   inGoroutine(dereferenceNil),
	"exit":           func() { os.Exit(3) },
	"deadlock":       func() { <-make(chan int) },
	"memory":         exhaustMemory,
	"recursion":      func() { recurse(0) },
	"collect":        runtime.GC,
}

func init() {
	otelwasm.OnStart(func() error {
		if err := otelwasm.UnmarshalConfig(&config); err != nil {
			return err
		}
		if faults[config.Fault] == nil {
			return fmt.Errorf("fault: %q, allowed are %s", config.Fault, strings.Join(allowed(), ", "))
		}
		return nil
	})
	traces.Handle(pdata.Traces(func(data ptrace.Traces) error {
		faults[config.Fault]()
		for _, resource := range data.ResourceSpans().All() {
			resource.Resource().Attributes().PutBool("checked", true)
		}
		return pdata.EmitTraces(data)
	}))
}

func allowed() []string {
	names := make([]string, 0, len(faults))
	for name := range faults {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func dereferenceNil() {
	var pointer *[]int
	*pointer = nil
}

func inGoroutine(fault func()) func() {
	return func() {
		done := make(chan struct{})
		go func() {
			defer close(done)
			fault()
		}()
		<-done
	}
}

var hoard [][]byte

func exhaustMemory() {
	for {
		hoard = append(hoard, make([]byte, 1<<20))
	}
}

func recurse(depth int) int {
	var frame [128]int
	frame[depth%len(frame)] = recurse(depth + 1)
	return frame[(depth+1)%len(frame)]
}

func main() {}
