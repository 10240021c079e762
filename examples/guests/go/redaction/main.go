//go:build wasip1

// The redaction processor of the Collector's contrib distribution, as a guest.
package main

import (
	"otelwasm.example/guests/collector"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/redactionprocessor"
)

func init() { collector.Run(redactionprocessor.NewFactory()) }

func main() {}
