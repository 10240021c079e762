package wasmplugin

import (
	"context"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// errnoNosys of WASI preview 1: a function that this host does not have.
const errnoNosys = 52

// instantiateWASI offers WASI preview 1. What else the guest imports from there, socket functions of other hosts for
// instance or known names with other types, answers that it does not exist, so a guest that merely links against it loads.
func instantiateWASI(ctx context.Context, runtime wazero.Runtime, imports []api.FunctionDefinition) error {
	builder := runtime.NewHostModuleBuilder(wasiModule)
	wasi_snapshot_preview1.NewFunctionExporter().ExportFunctions(builder)
	known, err := wasiFunctions(ctx)
	if err != nil {
		return err
	}
	for _, imported := range imports {
		module, name, _ := imported.Import()
		if module != wasiModule || known[name] == describe(imported) {
			continue
		}
		builder.NewFunctionBuilder().
			WithGoModuleFunction(nosys(imported.ResultTypes()), imported.ParamTypes(), imported.ResultTypes()).Export(name)
	}
	_, err = builder.Instantiate(ctx)
	return err
}

func nosys(results []api.ValueType) api.GoModuleFunc {
	return func(_ context.Context, _ api.Module, stack []uint64) {
		for i := range results {
			stack[i] = 0
		}
		if len(results) == 1 {
			stack[0] = errnoNosys
		}
	}
}

// wasiFunctions are the signatures of what wazero offers, by name.
func wasiFunctions(ctx context.Context) (map[string]string, error) {
	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	defer runtime.Close(ctx)
	builder := runtime.NewHostModuleBuilder(wasiModule)
	wasi_snapshot_preview1.NewFunctionExporter().ExportFunctions(builder)
	module, err := builder.Compile(ctx)
	if err != nil {
		return nil, err
	}
	signatures := map[string]string{}
	for name, definition := range module.ExportedFunctions() {
		signatures[name] = describe(definition)
	}
	return signatures, nil
}
