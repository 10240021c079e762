//go:build wasip1

// The transform processor of the Collector's contrib distribution, as a guest.
package main

import (
	"otelwasm.example/guests/collector"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/transformprocessor"
)

func init() { collector.Run(transformprocessor.NewFactory()) }

func main() {}
