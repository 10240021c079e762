// Package native runs the Collector's processors as the Collector does, natively, on the table of cases that the
// guests of the same processors are tested with, and keeps what they answer:
//
//	go test ./native -update
//
// rewrites the expected results; without -update the test checks that they are current.
package native

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/attributesprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/filterprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/redactionprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/transformprocessor"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/processor"
	"go.yaml.in/yaml/v3"
)

const (
	tablePath    = "../../../../test/interop/data/collector.json"
	expectedPath = "../../../../test/interop/data/collector.expected.jsonl"
)

var update = flag.Bool("update", false, "rewrite the expected results")

var factories = map[string]processor.Factory{
	"attributes": attributesprocessor.NewFactory(),
	"filter":     filterprocessor.NewFactory(),
	"redaction":  redactionprocessor.NewFactory(),
	"transform":  transformprocessor.NewFactory(),
}

type table struct {
	Inputs map[string]json.RawMessage `json:"inputs"`
	Cases  []struct {
		Name      string          `json:"name"`
		Processor string          `json:"processor"`
		Signal    string          `json:"signal"`
		Config    json.RawMessage `json:"config"`
	} `json:"cases"`
}

// result is one line of the expected results. The output is protobuf, base64 in the file; the JSON is for people who
// read a change of it. The first lines are the inputs, by signal.
type result struct {
	Name   string          `json:"name"`
	Output []byte          `json:"output"`
	JSON   json.RawMessage `json:"json,omitempty"`
}

func TestExpectedResultsAreCurrent(t *testing.T) {
	var cases table
	read(t, tablePath, &cases)
	now := new(bytes.Buffer)
	lines := json.NewEncoder(now)
	lines.SetEscapeHTML(false)
	for _, name := range []string{"traces", "metrics", "logs"} {
		check(t, lines.Encode(result{Name: name, Output: signals[name].encode(t, cases.Inputs[name])}))
	}
	for _, c := range cases.Cases {
		t.Run(c.Name, func(t *testing.T) {
			factory := factories[c.Processor]
			output, readable := signals[c.Signal].run(t, factory, configure(t, factory, c.Config), cases.Inputs[c.Signal])
			check(t, lines.Encode(result{c.Name, output, readable}))
		})
	}
	if *update {
		check(t, os.WriteFile(expectedPath, now.Bytes(), 0o644))
		return
	}
	kept, err := os.ReadFile(expectedPath)
	check(t, err)
	if !bytes.Equal(kept, now.Bytes()) {
		t.Fatalf("%s is not what the processors answer: run go test ./native -update and look at the difference", expectedPath)
	}
}

// configure reads the configuration as the Collector does: JSON is YAML.
func configure(t *testing.T, factory processor.Factory, text []byte) component.Config {
	var given map[string]any
	check(t, yaml.Unmarshal(text, &given))
	config := factory.CreateDefaultConfig()
	check(t, confmap.NewFromStringMap(given).Unmarshal(config))
	check(t, confmap.Validate(config))
	return config
}

func read(t *testing.T, path string, into any) {
	text, err := os.ReadFile(path)
	check(t, err)
	check(t, json.Unmarshal(text, into))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
