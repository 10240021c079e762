package main

import "go.opentelemetry.io/collector/featuregate"

// Lambdas are behind a gate of the Collector; rules have them.
func init() {
	if err := featuregate.GlobalRegistry().Set("ottl.functions.enableLambda", true); err != nil {
		panic(err)
	}
}
