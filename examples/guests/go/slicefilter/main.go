//go:build wasip1

// Drops spans and log records by attribute equality, slicing the bytes instead of decoding them.
//
//	{ "drop": [{ "attribute": "url.path", "equals": "/healthz" }] }
package main

import (
	"otelwasm.example/otelwasm"
	"otelwasm.example/otelwasm/logs"
	"otelwasm.example/otelwasm/traces"
	"otelwasm.example/otelwasm/wire"
)

type rule struct {
	Attribute string `json:"attribute"`
	Equals    string `json:"equals"`
}

var config struct {
	Drop []rule `json:"drop"`
}

// Field numbers of OTLP: resource, scope, item; then the item's attributes.
var itemPath = []int{1, 2, 2}

const (
	spanAttributes      = 9
	logRecordAttributes = 6
)

func init() {
	otelwasm.OnStart(func() error { return otelwasm.UnmarshalConfig(&config) })
	traces.Handle(filter(spanAttributes, otelwasm.EmitTraces))
	logs.Handle(filter(logRecordAttributes, otelwasm.EmitLogs))
}

func filter(attributes int, emit func(payload []byte)) func(payload []byte) error {
	return func(payload []byte) error {
		kept, changed, err := wire.Prune(payload, itemPath, func(item []byte) (bool, error) {
			for _, rule := range config.Drop {
				if matches, err := wire.HasAttribute(item, attributes, rule.Attribute, rule.Equals); matches || err != nil {
					return matches, err
				}
			}
			return false, nil
		})
		if changed {
			emit(kept)
		}
		return err
	}
}

func main() {}
