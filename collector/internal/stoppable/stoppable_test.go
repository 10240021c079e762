package stoppable_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"otelwasm.example/collector/internal/stoppable"
)

// build is where this repository's guests are, in every language that is there.
const build = "../../../build"

// Every guest that is valid stays valid.
func TestGuestsStayValid(t *testing.T) {
	ctx := context.Background()
	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	defer runtime.Close(ctx)
	changed := 0
	require.NoError(t, filepath.WalkDir(build, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".wasm") {
			return err
		}
		if info, err := entry.Info(); err != nil || info.Size() > 4<<20 {
			return err
		}
		module, err := os.ReadFile(path)
		require.NoError(t, err)
		if _, err := runtime.CompileModule(ctx, module); err != nil {
			return nil
		}
		stoppableModule, err := stoppable.Make(module)
		if err != nil {
			assert.ErrorContains(t, err, "imports a table, a memory or a tag", path)
			return nil
		}
		compiled, err := runtime.CompileModule(ctx, stoppableModule)
		if compiled != nil && len(compiled.ExportedMemories()) > 0 {
			assert.NoError(t, err, path)
			changed++
		}
		return nil
	}))
	assert.Greater(t, changed, 20)
}

// A recursion that has no loop would run for ages: 2^60 calls.
var recursion = []byte("\x00asm\x01\x00\x00\x00" +
	"\x01\x06\x01\x60\x01\x7f\x01\x7f" + // type (i32) -> i32
	"\x03\x02\x01\x00" + // function
	"\x05\x03\x01\x00\x01" + // memory
	"\x07\x05\x01\x01f\x00\x00" + // export f
	"\x0a\x1c\x01\x1a\x00" + // code
	"\x20\x00\x45\x04\x7f\x41\x01\x05" + // if n == 0: 1 else
	"\x20\x00\x41\x01\x6b\x10\x00" + // f(n - 1)
	"\x20\x00\x41\x01\x6b\x10\x00\x6a\x0b\x0b") // + f(n - 1)

func TestARecursionIsStopped(t *testing.T) {
	ctx := context.Background()
	runtime := wazero.NewRuntime(ctx)
	defer runtime.Close(ctx)
	_, err := runtime.CompileModule(ctx, recursion)
	require.NoError(t, err, "the module itself is valid")
	module, err := stoppable.Make(recursion)
	require.NoError(t, err)
	instance, err := runtime.Instantiate(ctx, module)
	require.NoError(t, err)
	results, err := instance.ExportedFunction("f").Call(ctx, 10)
	require.NoError(t, err)
	assert.Equal(t, uint64(1024), results[0])
	instance.ExportedGlobal(stoppable.StopExport).(api.MutableGlobal).Set(1)
	_, err = instance.ExportedFunction("f").Call(ctx, 60)
	assert.ErrorContains(t, err, "unreachable")
}

func TestAModuleCannotReachWhatIsAdded(t *testing.T) {
	reaching := strings.Replace(string(recursion), "\x20\x00\x45", "\x23\x00\x45", 1)
	_, err := stoppable.Make([]byte(reaching))
	assert.ErrorContains(t, err, "a global that it does not have")
}

func FuzzMake(f *testing.F) {
	f.Add(recursion)
	f.Add([]byte("\x00asm"))
	f.Fuzz(func(t *testing.T, module []byte) {
		_, _ = stoppable.Make(module)
	})
}
