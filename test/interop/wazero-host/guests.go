package main

import (
	"context"
	"fmt"
	"os"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// guests compiles each guest once.
type guests struct {
	runtime  wazero.Runtime
	compiled map[string]wazero.CompiledModule
	calls    *calls
}

func newGuests(ctx context.Context) *guests {
	g := &guests{wazero.NewRuntime(ctx), map[string]wazero.CompiledModule{}, &calls{}}
	wasi_snapshot_preview1.MustInstantiate(ctx, g.runtime)
	g.calls.instantiate(ctx, g.runtime)
	return g
}

func (g *guests) run(ctx context.Context, job Job) Answer {
	*g.calls = calls{config: job.Config, emissions: job.Emissions}
	outcomes, err := g.outcomes(ctx, job)
	answer := Answer{Outcomes: outcomes, Emitted: g.calls.emitted, Logs: g.calls.logs}
	if err != nil {
		answer.Error = err.Error()
	}
	return answer
}

func (g *guests) outcomes(ctx context.Context, job Job) ([]Outcome, error) {
	instance, err := g.instantiate(ctx, job.Guest)
	if err != nil {
		return nil, err
	}
	defer instance.Close(ctx)
	if function(instance, "abi_version_v1", "otelwasm_abi_version_0_1_0") == nil {
		return nil, fmt.Errorf("no marker")
	}
	if err := g.lifecycle(ctx, instance, "start"); err != nil {
		return nil, err
	}
	if job.Emissions > 0 {
		if _, err := named(instance, "start_"+job.Signal+"_receiver").Call(ctx); err != nil {
			return nil, err
		}
	}
	outcomes := make([]Outcome, 0, len(job.Inputs))
	for _, input := range job.Inputs {
		outcomes = append(outcomes, g.consume(ctx, instance, job.Signal, input))
	}
	return outcomes, g.lifecycle(ctx, instance, "shutdown")
}

// instantiate makes a new instance: WASI without files, environment or arguments, and a real clock.
func (g *guests) instantiate(ctx context.Context, path string) (api.Module, error) {
	if g.compiled[path] == nil {
		wasm, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if g.compiled[path], err = g.runtime.CompileModule(ctx, wasm); err != nil {
			return nil, err
		}
	}
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize").
		WithSysWalltime().WithSysNanotime().WithSysNanosleep().WithStdout(os.Stderr).WithStderr(os.Stderr)
	return g.runtime.InstantiateModule(ctx, g.compiled[path], config)
}

func (g *guests) lifecycle(ctx context.Context, instance api.Module, name string) error {
	g.calls.reason = ""
	status, err := named(instance, name).Call(ctx)
	if err == nil && status[0] != 0 {
		err = fmt.Errorf("%s returned status %d: %s", name, status[0], g.calls.reason)
	}
	return err
}

func (g *guests) consume(ctx context.Context, instance api.Module, signal string, input []byte) Outcome {
	g.calls.reason, g.calls.result, g.calls.emitted = "", nil, nil
	var pointer uint64
	if len(input) > 0 {
		allocated, err := function(instance, "alloc", "otelwasm_memory_allocate").Call(ctx, uint64(len(input)))
		if err != nil {
			return Outcome{Status: "failed", Reason: err.Error()}
		}
		pointer = allocated[0]
		if pointer == 0 || !instance.Memory().Write(uint32(pointer), input) {
			return Outcome{Status: "failed", Reason: fmt.Sprintf("alloc returned %d for %d bytes", pointer, len(input))}
		}
	}
	status, err := named(instance, "consume_"+signal).Call(ctx, pointer, uint64(len(input)))
	switch {
	case err != nil:
		return Outcome{Status: "failed", Reason: err.Error()}
	case status[0] != 0:
		return Outcome{Status: "refused", Reason: g.calls.reason}
	case g.calls.emitted == nil:
		return Outcome{Status: "unchanged"}
	}
	return Outcome{Status: "changed", Bytes: g.calls.result}
}

// named finds an export under its v1 name or its alias of 0.1.0.
func named(instance api.Module, name string) api.Function {
	return function(instance, name, "otelwasm_"+name)
}

func function(instance api.Module, names ...string) api.Function {
	for _, name := range names {
		if found := instance.ExportedFunction(name); found != nil {
			return found
		}
	}
	return nil
}
