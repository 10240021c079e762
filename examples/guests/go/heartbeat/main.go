//go:build wasip1

// A receiver of traces: several goroutines beat on their own, each beat is a span.
//
//	{ "intervalMillis": 1000, "hearts": 1 }
package main

import (
	"encoding/binary"
	"fmt"
	"time"

	"otelwasm.example/otelwasm"
	"otelwasm.example/otelwasm/tracesreceiver"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

var config = struct {
	IntervalMillis int `json:"intervalMillis"`
	Hearts         int `json:"hearts"`
}{IntervalMillis: 1000, Hearts: 1}

func init() {
	otelwasm.OnStart(func() error { return otelwasm.UnmarshalConfig(&config) })
	tracesreceiver.Run(receive)
}

func receive() {
	beats := make(chan ptrace.Traces)
	for heart := range config.Hearts {
		go beat(heart, beats)
	}
	for !otelwasm.ShutdownRequested() {
		payload, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(<-beats)
		if err != nil {
			panic(err)
		}
		otelwasm.EmitTraces(payload)
	}
}

// beat outlives the receiver's return, asleep: goroutines only run while the host is calling.
func beat(heart int, beats chan<- ptrace.Traces) {
	for number := uint64(1); ; number++ {
		begin := time.Now()
		time.Sleep(time.Duration(config.IntervalMillis) * time.Millisecond)
		beats <- span(heart, number, begin)
	}
}

func span(heart int, number uint64, begin time.Time) ptrace.Traces {
	data := ptrace.NewTraces()
	resource := data.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "heartbeat")
	span := resource.ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.SetName("beat")
	span.SetTraceID(traceID(heart, number))
	span.SetSpanID(spanID(number))
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(begin))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(time.Now()))
	span.Attributes().PutStr("heart", fmt.Sprintf("heart-%d", heart))
	span.Attributes().PutInt("beat", int64(number))
	return data
}

func traceID(heart int, number uint64) (id pcommon.TraceID) {
	binary.BigEndian.PutUint64(id[:8], uint64(heart+1))
	binary.BigEndian.PutUint64(id[8:], number)
	return id
}

func spanID(number uint64) (id pcommon.SpanID) {
	binary.BigEndian.PutUint64(id[:], number)
	return id
}

func main() {}
