// Command native runs the Collector's own processors over pairs of configuration and data: a pair a line of JSON on
// stdin, what the processors made of it a line on stdout, in the same order. `npm run rules:oracle` calls it. With -calls N
// it prints what a call takes instead; `npm run bench:collector` does that.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

// maxTime of a pair. Some statements never end: copy_metric() of a metric that matches its own copy.
const maxTime = 20 * time.Second

// pair is a Collector's YAML and an OTLP payload for its processors.
type pair struct {
	Name   string `json:"name"`
	Signal string `json:"signal"`
	YAML   string `json:"yaml"`
	Input  []byte `json:"input"`
}

// result is what became of a pair. A stage other than "" says what failed: "configuration" when the Collector would
// not start with it, "run" when a processor refused the batch, "panic" when it took the Collector down.
type result struct {
	Name  string `json:"name"`
	Stage string `json:"stage,omitempty"`
	Error string `json:"error,omitempty"`
	// Outputs are the different payloads that runs of the same pair handed on; null for one that handed nothing on.
	Outputs []*[]byte `json:"outputs,omitempty"`
	// Logged counts the warnings and errors that the processors logged while they ran.
	Logged int `json:"logged,omitempty"`
}

func main() {
	calls := flag.Int("calls", 0, "time so many calls of each pair")
	flag.Parse()
	run := runAll
	if *calls > 0 {
		run = func(from io.Reader, to io.Writer) error { return timeCalls(*calls, from, to) }
	}
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func runAll(from io.Reader, to io.Writer) error {
	buffered := bufio.NewWriter(to)
	encoder := json.NewEncoder(buffered)
	err := eachPair(from, func(given pair) error {
		stopHanging := time.AfterFunc(maxTime, func() {
			fmt.Fprintf(os.Stderr, "%s: still running after %s\n", given.Name, maxTime)
			os.Exit(1)
		})
		made := runPair(given)
		stopHanging.Stop()
		return encoder.Encode(made)
	})
	return errors.Join(err, buffered.Flush())
}

func eachPair(from io.Reader, use func(pair) error) error {
	decoder := json.NewDecoder(bufio.NewReader(from))
	for {
		var given pair
		if err := decoder.Decode(&given); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := use(given); err != nil {
			return err
		}
	}
}
