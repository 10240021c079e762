package kit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"otelwasm.example/collector/internal/otlp"
	"otelwasm.example/collector/internal/runner"
	"otelwasm.example/collector/wasmplugin"
)

// Host runs jobs.
type Host struct {
	// CacheDirectory keeps compiled guests; Interpreted runs guests in the interpreter.
	CacheDirectory string
	Interpreted    bool
	// kept is one load of each guest, which keeps its compiled code for the next jobs.
	kept map[string]*wasmplugin.Guest
}

// Run a job.
func (h *Host) Run(ctx context.Context, job Job) Answer {
	answer := Answer{Outcomes: []Outcome{}}
	if err := h.answer(ctx, job, &answer); err != nil {
		own := wasmplugin.AsError(err, wasmplugin.InvalidOption)
		answer.Error = &Problem{own.Code, own.Message}
	}
	return answer
}

// Close frees what is kept.
func (h *Host) Close(ctx context.Context) error {
	var errs []error
	for _, guest := range h.kept {
		errs = append(errs, guest.Close(ctx))
	}
	h.kept = nil
	return errors.Join(errs...)
}

func (h *Host) answer(ctx context.Context, job Job, answer *Answer) error {
	guest, err := h.load(ctx, job, answer)
	if err != nil {
		return err
	}
	if h.kept[job.Guest] != guest {
		defer guest.Close(ctx)
	}
	switch {
	case job.Role == wasmplugin.Receiver:
		return receive(ctx, guest, job, answer)
	case job.OnError != "":
		return process(ctx, guest, job, answer)
	}
	return consume(ctx, guest, job, answer)
}

func consume(ctx context.Context, guest *wasmplugin.Guest, job Job, answer *Answer) error {
	instance, err := guest.Instantiate(ctx, nil)
	if err != nil {
		return err
	}
	defer instance.Close(ctx)
	for _, input := range job.Inputs {
		outcome := instance.Consume(ctx, input)
		told := Outcome{Status: outcome.Status, Bytes: outcome.Bytes}
		if outcome.Err != nil {
			told.Code, told.Message = outcome.Err.Code, outcome.Err.Message
		}
		answer.Outcomes = append(answer.Outcomes, told)
	}
	return instance.Shutdown(ctx)
}

func receive(ctx context.Context, guest *wasmplugin.Guest, job Job, answer *Answer) error {
	var instance *wasmplugin.Instance
	instance, err := guest.Instantiate(ctx, func(_ wasmplugin.Signal, bytes []byte) {
		if answer.Emitted = append(answer.Emitted, bytes); len(answer.Emitted) >= job.Emissions {
			instance.RequestShutdown()
		}
	})
	if err != nil {
		return err
	}
	defer instance.Close(ctx)
	if job.Emissions == 0 {
		instance.RequestShutdown()
	}
	limited, cancel := context.WithTimeout(ctx, guest.Options().Timeout)
	defer cancel()
	if err := instance.RunReceiver(limited); err != nil {
		return err
	}
	return instance.Shutdown(ctx)
}

func process(ctx context.Context, guest *wasmplugin.Guest, job Job, answer *Answer) error {
	pool, err := runner.NewPool(ctx, guest, runner.Options{Instances: 1, OnError: job.OnError, Restart: runner.DefaultRestart})
	if err != nil {
		return err
	}
	for _, input := range job.Inputs {
		items, err := otlp.Count(job.Signal, input)
		if err != nil {
			return err
		}
		result := pool.Process(ctx, runner.Batch{Payload: input, Items: items})
		told := Outcome{Status: wasmplugin.Unchanged}
		if result.Changed {
			told = Outcome{Status: wasmplugin.Changed, Bytes: result.Payload}
		}
		if result.Err != nil {
			told.Code, told.Message = result.Err.Code, result.Err.Message
		}
		answer.Outcomes = append(answer.Outcomes, told)
	}
	err = pool.Shutdown(ctx)
	stats := pool.Stats()
	answer.Stats = &Stats{stats.ItemsFailed, stats.ItemsDropped, stats.ItemsAdded, stats.Restarts}
	return err
}

func (h *Host) load(ctx context.Context, job Job, answer *Answer) (*wasmplugin.Guest, error) {
	if job.Profile == "" {
		job.Profile = "full"
	}
	profile, known := wasmplugin.Profiles[job.Profile]
	if !known {
		return nil, fmt.Errorf("profile %q: allowed are full, v1, 0.1.0", job.Profile)
	}
	if job.Start != nil {
		profile.Starting = wasmplugin.StartNone
		if *job.Start {
			profile.Starting = wasmplugin.StartEveryRole
		}
	}
	if job.TimeoutMillis == 0 {
		job.TimeoutMillis = 10_000
	}
	timeout := time.Duration(job.TimeoutMillis) * time.Millisecond
	options := wasmplugin.Options{
		Path: job.Guest, Role: job.Role, Signal: job.Signal, Profile: profile, PluginConfig: job.Config,
		Timeout: timeout, StartTimeout: timeout, MemoryLimitPages: uint32(job.MaxMemoryBytes / 65_536),
		Interpreted: h.Interpreted, CacheDirectory: h.CacheDirectory,
		Log: func(level wasmplugin.Level, text string) {
			answer.Logs = append(answer.Logs, fmt.Sprintf("%s %s", level, text))
		},
	}
	guest, err := wasmplugin.Load(ctx, options)
	if err == nil && h.kept[job.Guest] == nil {
		if h.kept == nil {
			h.kept = map[string]*wasmplugin.Guest{}
		}
		h.kept[job.Guest] = guest
	}
	return guest, err
}
