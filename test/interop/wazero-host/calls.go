package main

import (
	"context"
	"slices"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// calls is what the host functions know of the call that is running.
type calls struct {
	config    []byte
	reason    string
	result    []byte
	emitted   [][]byte
	emissions int
	logs      []string
}

// instantiate offers every host function under both names, in both import modules.
func (c *calls) instantiate(ctx context.Context, runtime wazero.Runtime) {
	functions := map[string]any{
		"set_result_traces":      c.setResult,
		"set_result_metrics":     c.setResult,
		"set_result_logs":        c.setResult,
		"get_plugin_config":      c.getPluginConfig,
		"set_status_reason":      c.setStatusReason,
		"get_shutdown_requested": c.getShutdownRequested,
		"log":                    c.log,
	}
	for _, module := range []string{"opentelemetry.io/wasm", "otelwasm"} {
		builder := runtime.NewHostModuleBuilder(module)
		for name, implementation := range functions {
			builder.NewFunctionBuilder().WithFunc(implementation).Export(name)
			builder.NewFunctionBuilder().WithFunc(implementation).Export("otelwasm_" + name)
		}
		if _, err := builder.Instantiate(ctx); err != nil {
			panic(err)
		}
	}
}

func read(guest api.Module, pointer, size uint32) []byte {
	bytes, inside := guest.Memory().Read(pointer, size)
	if !inside {
		panic("a pointer outside memory")
	}
	return slices.Clone(bytes)
}

func (c *calls) setResult(_ context.Context, guest api.Module, pointer, size uint32) {
	payload := read(guest, pointer, size)
	c.emitted = append(c.emitted, payload)
	c.result = append(c.result, payload...)
}

func (c *calls) getPluginConfig(_ context.Context, guest api.Module, buffer, limit uint32) uint32 {
	if uint32(len(c.config)) <= limit {
		guest.Memory().Write(buffer, c.config)
	}
	return uint32(len(c.config))
}

func (c *calls) setStatusReason(_ context.Context, guest api.Module, pointer, size uint32) {
	c.reason = string(read(guest, pointer, size))
}

func (c *calls) getShutdownRequested(context.Context) uint32 {
	if len(c.emitted) >= c.emissions {
		return 1
	}
	return 0
}

func (c *calls) log(_ context.Context, guest api.Module, _, pointer, size uint32) {
	c.logs = append(c.logs, string(read(guest, pointer, size)))
}
