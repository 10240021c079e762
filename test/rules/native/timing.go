package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"time"

	"go.uber.org/zap/zapcore"
)

// timeCalls prints the mean µs of a call, unmarshal and marshal included, on one core: for each pair of stdin a line. As
// many calls come before, to warm up.
func timeCalls(calls int, from io.Reader, to io.Writer) error {
	runtime.GOMAXPROCS(1)
	return eachPair(from, func(given pair) error {
		chain, err := newChain(given.Signal, given.YAML, zapcore.NewNopCore())
		if err != nil {
			return err
		}
		defer chain.shutdown()
		run := func() (output *[]byte) {
			for range calls {
				if output, err = chain.run(context.Background(), given.Input); err != nil {
					return nil
				}
			}
			return output
		}
		run()
		begin := time.Now()
		output := run()
		micros := float64(time.Since(begin).Nanoseconds()) / 1000 / float64(calls)
		if err == nil && (output == nil || bytes.Equal(*output, given.Input)) {
			err = fmt.Errorf("%s: nothing changed", given.Name)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(to, micros)
		return err
	})
}
