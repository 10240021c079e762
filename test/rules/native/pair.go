package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// Go's maps have a random order. A pair runs several times, to see whether its result depends on that: in several
// instances, since what is constant in a statement is evaluated when it is created.
const (
	creations    = 40
	runsPerChain = 2
)

var errConfiguration = errors.New("configuration")

func runPair(given pair) (made result) {
	made.Name = given.Name
	defer func() {
		if cause := recover(); cause != nil {
			made = result{Name: given.Name, Stage: "panic", Error: fmt.Sprint(cause)}
		}
	}()
	for range creations {
		if err := runChain(given, &made); err != nil {
			made = result{Name: given.Name, Stage: "run", Error: err.Error()}
			if errors.Is(err, errConfiguration) {
				made.Stage = "configuration"
			}
			return made
		}
	}
	return made
}

func runChain(given pair, made *result) error {
	core, logs := observer.New(zapcore.WarnLevel)
	chain, err := newChain(given.Signal, given.YAML, core)
	if err != nil {
		return fmt.Errorf("%w: %w", errConfiguration, err)
	}
	defer chain.shutdown()
	for range runsPerChain {
		logs.TakeAll()
		output, err := chain.run(context.Background(), given.Input)
		if err != nil {
			return err
		}
		made.Logged = len(logs.TakeAll())
		made.add(output)
	}
	return nil
}

func (made *result) add(output *[]byte) {
	for _, known := range made.Outputs {
		if (known == nil) == (output == nil) && (known == nil || bytes.Equal(*known, *output)) {
			return
		}
	}
	made.Outputs = append(made.Outputs, output)
}
