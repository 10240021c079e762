// Package kit is a host behind a protocol of jobs and answers, with which the cases of test/host-kit are tried.
package kit

import (
	"otelwasm.example/collector/internal/runner"
	"otelwasm.example/collector/wasmplugin"
)

// Job is a guest, how to run it and what to hand it (test/host-kit/README.md). Bytes are base64 in JSON.
type Job struct {
	Guest   string            `json:"guest"`
	Role    wasmplugin.Role   `json:"role"`
	Signal  wasmplugin.Signal `json:"signal"`
	Profile string            `json:"profile"`
	// Start says whether start() is called; by default the profile does.
	Start  *bool     `json:"start"`
	Config rawConfig `json:"config"`
	Inputs [][]byte  `json:"inputs"`
	// Emissions after which a receiver is asked to stop.
	Emissions int `json:"emissions"`
	// TimeoutMillis of a call, 10,000 by default.
	TimeoutMillis int `json:"timeoutMillis"`
	// MaxMemoryBytes of the guest, 256 MiB by default.
	MaxMemoryBytes int `json:"maxMemoryBytes"`
	// OnError has the host deal with what the guest fails on, as it does in a component.
	OnError runner.OnError `json:"onError"`
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

// Stats of a job with OnError.
type Stats struct {
	Failed   map[wasmplugin.Code]int64 `json:"failed"`
	Dropped  int64                     `json:"dropped"`
	Added    int64                     `json:"added"`
	Restarts int64                     `json:"restarts"`
}

// Answer to a job.
type Answer struct {
	Error    *Problem  `json:"error,omitempty"`
	Outcomes []Outcome `json:"outcomes"`
	Emitted  [][]byte  `json:"emitted,omitempty"`
	Logs     []string  `json:"logs,omitempty"`
	Stats    *Stats    `json:"stats,omitempty"`
}
