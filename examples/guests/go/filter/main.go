//go:build wasip1

// The filter processor of the Collector's contrib distribution, as a guest.
package main

import (
	"otelwasm.example/guests/collector"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/filterprocessor"
)

func init() { collector.Run(filterprocessor.NewFactory()) }

func main() {}
