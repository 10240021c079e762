//go:build wasip1

// The attributes processor of the Collector's contrib distribution, as a guest.
package main

import (
	"otelwasm.example/guests/collector"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/attributesprocessor"
)

func init() { collector.Run(attributesprocessor.NewFactory()) }

func main() {}
