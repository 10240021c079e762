// Times the Collector's own types: main <batch> <calls> prints the mean µs of decoding the batch into pdata, and of encoding it.
package main

import (
	"encoding/json"
	"log"
	"os"
	"strconv"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

// micros is the mean of as many calls, after as many to warm up.
func micros(calls int, work func() error) float64 {
	var begin time.Time
	for call := range 2 * calls {
		if call == calls {
			begin = time.Now()
		}
		if err := work(); err != nil {
			log.Fatal(err)
		}
	}
	return float64(time.Since(begin).Nanoseconds()) / 1000 / float64(calls)
}

func main() {
	batch, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	calls, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	var traces ptrace.Traces
	decode := micros(calls, func() (err error) {
		traces, err = (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(batch)
		return err
	})
	encode := micros(calls, func() error {
		_, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(traces)
		return err
	})
	if err := json.NewEncoder(os.Stdout).Encode(map[string]float64{"decode": decode, "encode": encode}); err != nil {
		log.Fatal(err)
	}
}
