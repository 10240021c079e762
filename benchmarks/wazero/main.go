// Times the filter guest in wazero: main <guest.wasm> <batch> <config JSON> <calls> prints the mean µs of a call of alloc, the write,
// consume_traces and the copy of the result.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// host is what the guest's imports reach.
type host struct {
	config []byte
	result []byte
}

func (h *host) getPluginConfig(_ context.Context, guest api.Module, buffer, limit uint32) uint32 {
	if uint32(len(h.config)) <= limit {
		guest.Memory().Write(buffer, h.config)
	}
	return uint32(len(h.config))
}

func (h *host) setResult(_ context.Context, guest api.Module, pointer, size uint32) {
	bytes, _ := guest.Memory().Read(pointer, size)
	h.result = append([]byte(nil), bytes...)
}

func (h *host) text(_ context.Context, guest api.Module, pointer, size uint32) {
	bytes, _ := guest.Memory().Read(pointer, size)
	log.Printf("%s", bytes)
}

func (h *host) instantiate(ctx context.Context, runtime wazero.Runtime) {
	functions := map[string]any{
		"get_plugin_config":      h.getPluginConfig,
		"set_result_traces":      h.setResult,
		"set_status_reason":      h.text,
		"get_shutdown_requested": func() uint32 { return 0 },
	}
	builder := runtime.NewHostModuleBuilder("opentelemetry.io/wasm")
	for name, function := range functions {
		builder.NewFunctionBuilder().WithFunc(function).Export(name)
	}
	if _, err := builder.Instantiate(ctx); err != nil {
		log.Fatal(err)
	}
	// Guests log to WASI's standard error.
	wasi_snapshot_preview1.MustInstantiate(ctx, runtime)
}

func call(ctx context.Context, guest api.Module, name string, parameters ...uint64) uint64 {
	results, err := guest.ExportedFunction(name).Call(ctx, parameters...)
	if err != nil {
		log.Fatal(err)
	}
	return results[0]
}

func read(path string) []byte {
	bytes, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	return bytes
}

func main() {
	ctx := context.Background()
	batch := read(os.Args[2])
	calls, err := strconv.Atoi(os.Args[4])
	if err != nil {
		log.Fatal(err)
	}
	runtime := wazero.NewRuntime(ctx)
	h := &host{config: []byte(os.Args[3])}
	h.instantiate(ctx, runtime)
	guest, err := runtime.Instantiate(ctx, read(os.Args[1]))
	if err != nil {
		log.Fatal(err)
	}
	if call(ctx, guest, "start") != 0 {
		log.Fatal("start failed")
	}
	consume := func() {
		pointer := call(ctx, guest, "alloc", uint64(len(batch)))
		guest.Memory().Write(uint32(pointer), batch)
		if call(ctx, guest, "consume_traces", pointer, uint64(len(batch))) != 0 {
			log.Fatal("consume_traces failed")
		}
	}
	for range calls {
		consume()
	}
	begin := time.Now()
	for range calls {
		consume()
	}
	if len(h.result) == 0 || len(h.result) >= len(batch) {
		log.Fatalf("the filter returned %d bytes of %d", len(h.result), len(batch))
	}
	fmt.Println(float64(time.Since(begin).Nanoseconds()) / 1000 / float64(calls))
}
