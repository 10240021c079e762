package main

import (
	"context"
	"fmt"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/attributesprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/filterprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/probabilisticsamplerprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/redactionprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/resourceprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/transformprocessor"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"
	"go.opentelemetry.io/collector/processor"
	"go.yaml.in/yaml/v3"
)

var factories = map[string]processor.Factory{
	"attributes":            attributesprocessor.NewFactory(),
	"filter":                filterprocessor.NewFactory(),
	"probabilistic_sampler": probabilisticsamplerprocessor.NewFactory(),
	"redaction":             redactionprocessor.NewFactory(),
	"resource":              resourceprocessor.NewFactory(),
	"transform":             transformprocessor.NewFactory(),
}

// configured is a processor of the file with its configuration.
type configured struct {
	factory processor.Factory
	id      component.ID
	config  component.Config
}

// configure reads a file as the Collector does, `$$` included. The processors come in the order of the signal's
// pipeline; without one in the order of the file.
func configure(signal, text string) ([]configured, error) {
	resolver, err := confmap.NewResolver(confmap.ResolverSettings{
		URIs:              []string{"yaml:" + text},
		ProviderFactories: []confmap.ProviderFactory{yamlprovider.NewFactory()},
	})
	if err != nil {
		return nil, err
	}
	file, err := resolver.Resolve(context.Background())
	if err != nil {
		return nil, err
	}
	names, err := processorNames(signal, text)
	if err != nil {
		return nil, err
	}
	var all []configured
	for _, name := range names {
		var id component.ID
		if err := id.UnmarshalText([]byte(name)); err != nil {
			return nil, err
		}
		factory, known := factories[id.Type().String()]
		if !known {
			return nil, fmt.Errorf("unknown processor %q", name)
		}
		given, err := file.Sub("processors" + confmap.KeyDelimiter + name)
		if err != nil {
			return nil, err
		}
		config := factory.CreateDefaultConfig()
		if err := given.Unmarshal(config); err != nil {
			return nil, err
		}
		if err := confmap.Validate(config); err != nil {
			return nil, err
		}
		all = append(all, configured{factory, id, config})
	}
	return all, nil
}

func processorNames(signal, text string) ([]string, error) {
	var file struct {
		Processors yaml.Node
		Service    struct {
			Pipelines map[string]struct{ Processors []string }
		}
	}
	if err := yaml.Unmarshal([]byte(text), &file); err != nil {
		return nil, err
	}
	if pipeline, given := file.Service.Pipelines[signal]; given {
		return pipeline.Processors, nil
	}
	var names []string
	for i := 0; i < len(file.Processors.Content); i += 2 {
		names = append(names, file.Processors.Content[i].Value)
	}
	return names, nil
}
