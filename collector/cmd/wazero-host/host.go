package main

import (
	"context"
	"fmt"
	"time"

	"otelwasm.example/collector/wasmplugin"
)

// Job is a guest, how to run it and what to hand it. Bytes are base64 in JSON.
type Job struct {
	Guest   string            `json:"guest"`
	Role    wasmplugin.Role   `json:"role"`
	Signal  wasmplugin.Signal `json:"signal"`
	Profile string            `json:"profile"`
	Config  rawConfig         `json:"config"`
	Inputs  [][]byte          `json:"inputs"`
	// Emissions makes the guest a receiver that is asked to stop after so many results.
	Emissions int `json:"emissions"`
	// TimeoutMillis of a call, 10,000 by default.
	TimeoutMillis int `json:"timeoutMillis"`
	// MaxMemoryBytes of the guest, 256 MiB by default.
	MaxMemoryBytes int `json:"maxMemoryBytes"`
}

// rawConfig is the configuration as it stands in the job.
type rawConfig []byte

func (r *rawConfig) UnmarshalJSON(json []byte) error {
	*r = append(rawConfig{}, json...)
	return nil
}

// Outcome is how the guest answered one input, as wasmplugin.Outcome tells it.
type Outcome struct {
	Status  wasmplugin.Status `json:"status"`
	Bytes   []byte            `json:"bytes,omitempty"`
	Code    wasmplugin.Code   `json:"code,omitempty"`
	Message string            `json:"message,omitempty"`
}

// Problem is an error outside of a batch: at the load, the start, or the end.
type Problem struct {
	Code    wasmplugin.Code `json:"code"`
	Message string          `json:"message"`
}

// Answer to a job.
type Answer struct {
	Error    *Problem  `json:"error,omitempty"`
	Outcomes []Outcome `json:"outcomes"`
	Emitted  [][]byte  `json:"emitted,omitempty"`
	Logs     []string  `json:"logs,omitempty"`
}

type host struct {
	cache       string
	interpreted bool
	// kept is one load of each guest, which keeps its compiled code for the next jobs.
	kept map[string]*wasmplugin.Guest
}

func newHost(cache string, interpreted bool) *host {
	return &host{cache: cache, interpreted: interpreted, kept: map[string]*wasmplugin.Guest{}}
}

func (h *host) run(ctx context.Context, job Job) Answer {
	answer := Answer{Outcomes: []Outcome{}}
	if err := h.answer(ctx, job, &answer); err != nil {
		own := wasmplugin.AsError(err, wasmplugin.InvalidOption)
		answer.Error = &Problem{own.Code, own.Message}
	}
	return answer
}

func (h *host) answer(ctx context.Context, job Job, answer *Answer) error {
	guest, err := h.load(ctx, job, answer)
	if err != nil {
		return err
	}
	if h.kept[job.Guest] != guest {
		defer guest.Close(ctx)
	}
	var instance *wasmplugin.Instance
	var emit wasmplugin.Emit
	if job.Role == wasmplugin.Receiver {
		emit = func(_ wasmplugin.Signal, bytes []byte) {
			if answer.Emitted = append(answer.Emitted, bytes); len(answer.Emitted) >= job.Emissions {
				instance.RequestShutdown()
			}
		}
	}
	if instance, err = guest.Instantiate(ctx, emit); err != nil {
		return err
	}
	defer instance.Close(ctx)
	if job.Role == wasmplugin.Receiver {
		limited, cancel := context.WithTimeout(ctx, guest.Options().Timeout)
		defer cancel()
		if err := instance.RunReceiver(limited); err != nil {
			return err
		}
	}
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

func (h *host) load(ctx context.Context, job Job, answer *Answer) (*wasmplugin.Guest, error) {
	if job.Profile == "" {
		job.Profile = "full"
	}
	profile, known := wasmplugin.Profiles[job.Profile]
	if !known {
		return nil, fmt.Errorf("profile %q: allowed are full, v1, 0.1.0", job.Profile)
	}
	if job.TimeoutMillis == 0 {
		job.TimeoutMillis = 10_000
	}
	timeout := time.Duration(job.TimeoutMillis) * time.Millisecond
	options := wasmplugin.Options{
		Path: job.Guest, Role: job.Role, Signal: job.Signal, Profile: profile, PluginConfig: job.Config,
		Timeout: timeout, StartTimeout: timeout, MemoryLimitPages: uint32(job.MaxMemoryBytes / 65_536),
		Interpreted: h.interpreted, CacheDirectory: h.cache,
		Log: func(level wasmplugin.Level, text string) {
			answer.Logs = append(answer.Logs, fmt.Sprintf("%s %s", level, text))
		},
	}
	guest, err := wasmplugin.Load(ctx, options)
	if err == nil && h.kept[job.Guest] == nil {
		h.kept[job.Guest] = guest
	}
	return guest, err
}
