//go:build wasip1

// An exporter that writes every batch to stdout, one line of OTLP JSON each.
package main

import (
	"os"

	"otelwasm.example/otelwasm/logs"
	"otelwasm.example/otelwasm/metrics"
	"otelwasm.example/otelwasm/pdata"
	"otelwasm.example/otelwasm/traces"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func init() {
	traces.Handle(pdata.Traces(func(data ptrace.Traces) error {
		return print((&ptrace.JSONMarshaler{}).MarshalTraces(data))
	}))
	metrics.Handle(pdata.Metrics(func(data pmetric.Metrics) error {
		return print((&pmetric.JSONMarshaler{}).MarshalMetrics(data))
	}))
	logs.Handle(pdata.Logs(func(data plog.Logs) error {
		return print((&plog.JSONMarshaler{}).MarshalLogs(data))
	}))
}

func print(line []byte, err error) error {
	if err == nil {
		_, err = os.Stdout.Write(append(line, '\n'))
	}
	return err
}

func main() {}
