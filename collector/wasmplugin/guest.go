package wasmplugin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental"

	"otelwasm.example/collector/internal/stoppable"
)

// maxTableElements that a guest may declare: tables are outside of linear memory, and of its limit.
const maxTableElements = 1 << 20

// Guest is a module that was read, checked against the ABI for its role, and compiled: ready for any number of instances.
type Guest struct {
	options      Options
	pluginConfig []byte
	cache        *sharedCache
	runtime      wazero.Runtime
	module       wazero.CompiledModule
}

// Load reads, checks and compiles a guest. The error is an [*Error] whose message begins with the guest's path.
func Load(ctx context.Context, options Options) (*Guest, error) {
	options = options.withDefaults()
	guest, err := load(ctx, options)
	if err != nil {
		own := AsError(err, GuestInvalid)
		return nil, &Error{Code: own.Code, Message: options.Path + ": " + own.Message, Cause: err}
	}
	return guest, nil
}

// Options that the guest was loaded with, with their defaults.
func (g *Guest) Options() Options { return g.options }

// Close frees the guest with all of its instances, which must not be in a call.
func (g *Guest) Close(ctx context.Context) error {
	return errors.Join(g.runtime.Close(ctx), g.cache.release(ctx))
}

func load(ctx context.Context, options Options) (*Guest, error) {
	bytes, err := os.ReadFile(options.Path)
	if err != nil {
		return nil, &Error{Code: GuestNotFound, Message: "the guest cannot be read: " + err.Error(), Cause: err}
	}
	cache, err := openCache(options.CacheDirectory)
	if err != nil {
		return nil, &Error{Code: InvalidOption, Message: "the cache directory cannot be used: " + err.Error(), Cause: err}
	}
	config := wazero.NewRuntimeConfig
	if options.Interpreted {
		config = wazero.NewRuntimeConfigInterpreter
	}
	guest := &Guest{options: options, pluginConfig: options.PluginConfig, cache: cache}
	guest.runtime = wazero.NewRuntimeWithConfig(ctx, config().
		// The interpreter looks at each loop anyway. Compiled guests are stopped by what is added to them.
		WithCloseOnContextDone(options.Interpreted).
		WithMemoryLimitPages(options.MemoryLimitPages).
		WithCompilationCache(cache.CompilationCache))
	if err := guest.compile(ctx, bytes); err != nil {
		return nil, errors.Join(err, guest.Close(ctx))
	}
	return guest, nil
}

func (g *Guest) compile(ctx context.Context, bytes []byte) error {
	// Of a module that is none, wazero says below what is wrong.
	declared, _ := readDeclarations(bytes)
	if limit := uint64(g.options.MemoryLimitPages); declared.memoryPages > limit {
		return &Error{Code: MemoryLimit, Message: fmt.Sprintf("the guest needs %d bytes of initial memory: at most %d are allowed",
			declared.memoryPages*bytesPerPage, limit*bytesPerPage)}
	}
	if declared.tableElements > maxTableElements {
		return &Error{Code: MemoryLimit, Message: fmt.Sprintf("its tables have %d entries: at most %d are allowed",
			declared.tableElements, maxTableElements)}
	}
	changed, notStoppable := stoppable.Make(bytes)
	if notStoppable != nil {
		// The engine, or the check of the ABI, says it better; a guest that they have nothing against is not run either.
		changed = bytes
	}
	compiling.Lock()
	module, err := g.runtime.CompileModule(experimental.WithCompilationWorkers(ctx, runtime.GOMAXPROCS(0)), changed)
	compiling.Unlock()
	if err != nil {
		return &Error{Code: GuestInvalid, Message: "not a WebAssembly module that this host runs: " + firstLine(err), Cause: err}
	}
	g.module = module
	profile := g.options.Profile
	if err := validate(module, declared, profile, g.options.Role, g.options.Signal); err != nil {
		return err
	}
	if notStoppable != nil {
		return &Error{Code: GuestInvalid, Message: notStoppable.Error(), Cause: notStoppable}
	}
	if err := instantiateHost(ctx, g.runtime, profile); err != nil {
		return err
	}
	return instantiateWASI(ctx, g.runtime, module.ImportedFunctions())
}

// resultLimit is how many bytes a call may return: a guest with a small memory must not fill that of the Collector.
func (g *Guest) resultLimit() int {
	return min(int(g.options.MemoryLimitPages)*bytesPerPage, maxResultBytes)
}

// name of the function under which the guest exports it.
func (g *Guest) name(f function) string {
	return findExport(g.module.ExportedFunctions(), f, g.options.Profile)
}

// firstLine of an error: wazero's have a stack behind it.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return printable(line)
}
