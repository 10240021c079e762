package wasmplugin

import (
	"context"
	"fmt"
	"slices"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// What one call may hand to the host, in bytes.
const (
	maxResultBytes = 64 << 20
	maxReasonBytes = 4_096
	maxLineBytes   = 8_192
)

type callKey struct{}

func callOf(ctx context.Context) *call { return ctx.Value(callKey{}).(*call) }

// hostFunction is one of the host's side of the ABI. A fault of the guest is a panic with an [*Error].
type hostFunction struct {
	function
	run func(c *call, guest api.Module, stack []uint64)
}

func hostFunctions(profile Profile) []hostFunction {
	functions := []hostFunction{
		{named("get_plugin_config", 2, 1), getPluginConfig(profile)},
		{named("set_status_reason", 2, 0), setStatusReason},
		{named("get_shutdown_requested", 0, 1), getShutdownRequested},
	}
	if profile.Log {
		functions = append(functions, hostFunction{named("log", 3, 0), log})
	}
	for _, signal := range Signals {
		functions = append(functions, hostFunction{named("set_result_"+string(signal), 2, 0), setResult(profile, signal)})
	}
	return functions
}

func offeredFunction(name string, profile Profile) (function, bool) {
	for _, f := range hostFunctions(profile) {
		if slices.Contains(f.names(profile), name) {
			return f.function, true
		}
	}
	return function{}, false
}

// instantiateHost offers every function of the profile, in each of its modules.
func instantiateHost(ctx context.Context, runtime wazero.Runtime, profile Profile) error {
	for _, module := range profile.Modules {
		builder := runtime.NewHostModuleBuilder(module)
		for _, f := range hostFunctions(profile) {
			implementation := api.GoModuleFunc(func(ctx context.Context, guest api.Module, stack []uint64) {
				c := callOf(ctx)
				defer c.noteFault()
				f.run(c, guest, stack)
			})
			for _, name := range f.names(profile) {
				builder.NewFunctionBuilder().
					WithGoModuleFunction(implementation, i32s(f.parameters), i32s(f.results)).Export(name)
			}
		}
		if _, err := builder.Instantiate(ctx); err != nil {
			return err
		}
	}
	return nil
}

func i32s(count int) []api.ValueType {
	return slices.Repeat([]api.ValueType{api.ValueTypeI32}, count)
}

func (c *call) noteFault() {
	if fault := recover(); fault != nil {
		if err, ok := fault.(error); ok && c.fault == nil {
			c.fault = err
		}
		panic(fault)
	}
}

// read is a view of the guest's memory, valid until the next call into the guest.
func read(guest api.Module, pointer, size uint64, what string) []byte {
	bytes, inside := guest.Memory().Read(uint32(pointer), uint32(size))
	if !inside {
		panic(outside(guest, pointer, size, what))
	}
	return bytes
}

func outside(guest api.Module, pointer, size uint64, what string) *Error {
	return &Error{Code: GuestTrap, Message: fmt.Sprintf(
		"%s: pointer %d with size %d is outside the guest's memory of %d bytes",
		what, uint32(pointer), uint32(size), guest.Memory().Size())}
}

func text(guest api.Module, pointer, size uint64, limit int, what string) string {
	bytes := read(guest, pointer, size, what)
	if len(bytes) > limit {
		return fmt.Sprintf("%s... (%d bytes cut)", bytes[:limit], len(bytes)-limit)
	}
	return string(bytes)
}

func setResult(profile Profile, signal Signal) func(*call, api.Module, []uint64) {
	name := "set_result_" + string(signal)
	return func(c *call, guest api.Module, stack []uint64) {
		bytes := read(guest, stack[0], stack[1], name)
		i := c.instance
		if i.emit != nil {
			if len(bytes) > maxResultBytes {
				panic(&Error{Code: GuestOutput, Message: fmt.Sprintf(
					"%s: the guest emitted %d bytes at once: at most %d are allowed", name, len(bytes), maxResultBytes)})
			}
			i.emit(signal, slices.Clone(bytes))
			return
		}
		if c.accepts != signal {
			if !i.toldOfIgnoredResult {
				i.toldOfIgnoredResult = true
				i.log.line(LevelDebug, fmt.Sprintf("%s is ignored: this call does not accept %s", name, signal))
			}
			return
		}
		if !profile.JoinsResults {
			c.result = nil
		}
		if limit := i.guest.resultLimit(); len(c.result)+len(bytes) > limit {
			panic(&Error{Code: GuestOutput, Message: fmt.Sprintf("the guest returned more than %d bytes in one call", limit)})
		}
		if c.result == nil {
			c.result = make([]byte, 0, len(bytes))
		}
		c.result = append(c.result, bytes...)
	}
}

func getPluginConfig(profile Profile) func(*call, api.Module, []uint64) {
	return func(c *call, guest api.Module, stack []uint64) {
		config := c.instance.guest.pluginConfig
		fits := uint32(len(config)) <= uint32(stack[1])
		if fits && !guest.Memory().Write(uint32(stack[0]), config) {
			panic(outside(guest, stack[0], uint64(len(config)), "get_plugin_config"))
		}
		stack[0] = uint64(len(config))
		if !fits && !profile.TellsConfigSize {
			stack[0] = 0
		}
	}
}

func setStatusReason(c *call, guest api.Module, stack []uint64) {
	c.reason = printable(text(guest, stack[0], stack[1], maxReasonBytes, "set_status_reason"))
}

func getShutdownRequested(c *call, _ api.Module, stack []uint64) {
	stack[0] = 0
	if c.instance.shutdownRequested() {
		stack[0] = 1
	}
}

func log(c *call, guest api.Module, stack []uint64) {
	level := Level(uint32(stack[0]))
	if level > LevelError {
		level = LevelInfo
	}
	c.instance.log.line(level, text(guest, stack[1], stack[2], maxLineBytes, "log"))
}
