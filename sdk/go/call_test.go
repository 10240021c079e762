package otelwasm

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"testing"
)

// told runs a test with a host that remembers the reasons it was given.
func told(t *testing.T, start func() error) *[]string {
	t.Helper()
	reasons := &[]string{}
	setReason = func(reason string) { *reasons = append(*reasons, reason) }
	configured, configureErr, onStart = false, nil, start
	t.Cleanup(func() { setReason, configured, onStart = func(string) {}, false, func() error { return nil } })
	return reasons
}

func ready() error { return nil }

// payloadAt is what the host writes into: the memory behind a pointer that alloc answered.
func payloadAt(pointer uint32) []byte { return pinned[pointer] }

func TestAPanicUnpinsItsPayload(t *testing.T) {
	reasons := told(t, ready)
	if Consume(pin(64), 64, func([]byte) error { panic("no") }) != 1 {
		t.Fatal("a panic must be an error status")
	}
	if len(pinned) != 0 || len(*reasons) != 1 || (*reasons)[0] != "panic: no" {
		t.Fatalf("%d payloads are pinned, reasons %q", len(pinned), *reasons)
	}
}

func TestARefusedBatchUnpinsItsPayload(t *testing.T) {
	reasons := told(t, func() error { return errors.New("drop: 5 is no list") })
	for range 2 {
		if Consume(pin(64), 64, func([]byte) error { t.Fatal("handled"); return nil }) != 1 {
			t.Fatal("a batch must not pass without its configuration")
		}
	}
	if len(pinned) != 0 || len(*reasons) != 2 || (*reasons)[1] != "drop: 5 is no list" {
		t.Fatalf("%d payloads are pinned, reasons %q", len(pinned), *reasons)
	}
}

func TestAReceiverWithoutItsConfigurationReturns(t *testing.T) {
	reasons := told(t, func() error { panic("no") })
	Receive(func() { t.Fatal("it ran") })
	if len(*reasons) != 1 || (*reasons)[0] != "panic: no" {
		t.Fatalf("reasons %q", *reasons)
	}
}

func TestTheConfigurationIsReadOnce(t *testing.T) {
	reads := 0
	told(t, func() error { reads++; return nil })
	for range 3 {
		Consume(0, 0, func([]byte) error { return nil })
	}
	if status(configure) != 0 || reads != 1 {
		t.Fatalf("read %d times", reads)
	}
}

func TestAPointerThatAllocDidNotAnswerIsRefused(t *testing.T) {
	told(t, ready)
	pointer := pin(8)
	defer delete(pinned, pointer)
	handle := func([]byte) error { t.Fatal("handled"); return nil }
	if Consume(pointer+1, 8, handle) != 1 || Consume(pointer, 9, handle) != 1 {
		t.Fatal("a range that was not handed out must be an error")
	}
}

// What the host writes must be what the handler reads, whenever the collector runs; and nothing may stay behind.
func TestALongRunKeepsNothing(t *testing.T) {
	told(t, ready)
	content := bytes.Repeat([]byte("otlp"), 16<<10)
	run := func(calls int) {
		for call := range calls {
			pointer := pin(uint32(len(content)))
			copy(payloadAt(pointer), content)
			if call%5 == 0 {
				runtime.GC()
			}
			Consume(pointer, uint32(len(content)), func(payload []byte) error {
				if !bytes.Equal(payload, content) {
					t.Fatal("the payload changed")
				}
				switch call % 3 {
				case 1:
					return errors.New("refused")
				case 2:
					panic("no")
				}
				return nil
			})
		}
	}
	heap := func() uint64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	run(50)
	before := heap()
	run(2_000)
	if grown := int64(heap()) - int64(before); len(pinned) != 0 || grown > 1<<20 {
		t.Fatalf("%d payloads are pinned, the heap grew by %d bytes", len(pinned), grown)
	}
}

// The collector runs all the time.
func TestAllOfThisWithGOGC1(t *testing.T) {
	if os.Getenv("GOGC") == "1" {
		t.Skip("this is that run")
	}
	command := exec.Command(os.Args[0], "-test.count=1")
	command.Env = append(os.Environ(), "GOGC=1")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}
