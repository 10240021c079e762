package wasmplugin_test

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"otelwasm.example/collector/internal/kit"
	"otelwasm.example/collector/internal/otlp"
	"otelwasm.example/collector/wasmplugin"
)

// kitFolder is what `node scripts/build-host-kit.mjs` makes of test/host-kit and test/guests.
const kitFolder = "../../build/host-kit"

// guestCase is a line of jobs.jsonl: what a host must do.
type guestCase struct {
	Name           string
	Profiles       []string
	Job            kit.Job
	Expect, Strict expectation
}

type expectation struct {
	Error    *problem
	Outcomes []struct {
		problem
		Status string
		Bytes  []byte
		Count  *int
	}
	Logs    []string
	Emitted *int
	Stats   *struct {
		Failed                   map[wasmplugin.Code]int64
		Dropped, Added, Restarts *int64
	}
}

// problem has a message that is a regular expression.
type problem struct{ Code, Message string }

func readCases(t *testing.T) (cases []guestCase) {
	file, err := os.Open(filepath.Join(kitFolder, "jobs.jsonl"))
	require.NoError(t, err, "run: node scripts/build-host-kit.mjs")
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var c guestCase
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		cases = append(cases, c)
	}
	require.NotEmpty(t, cases)
	return cases
}

// What a host must do, as this host does it, compiled and interpreted, and as the hosts of both strict profiles do it.
func TestCases(t *testing.T) {
	cases := readCases(t)
	for _, runtime := range []struct {
		name, profile string
		interpreted   bool
	}{
		{"compiled", "full", false}, {"interpreted", "full", true}, {"v1", "v1", false}, {"0.1.0", "0.1.0", false},
	} {
		t.Run(runtime.name, func(t *testing.T) {
			host := kit.Host{Interpreted: runtime.interpreted}
			defer func() { assert.NoError(t, host.Close(context.Background())) }()
			for _, c := range cases {
				t.Run(c.Name, func(t *testing.T) { runCase(t, &host, c, runtime.profile) })
			}
		})
	}
}

func runCase(t *testing.T, host *kit.Host, c guestCase, profile string) {
	folder, expect := "guests", c.Expect
	if profile != "full" {
		expect = c.Strict
	}
	if profile == "0.1.0" {
		folder = "guests/0.1.0"
	}
	offered := false
	for _, one := range c.Profiles {
		offered = offered || one == profile
	}
	if !offered {
		return
	}
	job := c.Job
	if job.TimeoutMillis == 0 {
		// The interpreter is slow, and more so under the race detector on a busy machine; these cases are not about time.
		job.TimeoutMillis = 300_000
	}
	job.Profile = profile
	job.Guest = filepath.Join(kitFolder, folder, job.Guest)
	answer := host.Run(context.Background(), job)
	if expect.Error == nil {
		assert.Nil(t, answer.Error)
	} else if assert.NotNil(t, answer.Error) {
		expect.Error.matches(t, string(answer.Error.Code), answer.Error.Message)
	}
	require.Len(t, answer.Outcomes, len(expect.Outcomes))
	for i, outcome := range expect.Outcomes {
		answered := answer.Outcomes[i]
		assert.Equal(t, outcome.Status, string(answered.Status), answered.Message)
		outcome.matches(t, string(answered.Code), answered.Message)
		if outcome.Count != nil {
			count, err := otlp.Count(job.Signal, answered.Bytes)
			require.NoError(t, err)
			assert.Equal(t, *outcome.Count, count)
		} else {
			assert.Equal(t, string(outcome.Bytes), string(answered.Bytes))
		}
	}
	if expect.Logs != nil && profile == "full" {
		assert.Equal(t, expect.Logs, answer.Logs)
	}
	if expect.Emitted != nil {
		assert.Len(t, answer.Emitted, *expect.Emitted)
	}
	if stats := expect.Stats; stats != nil {
		assert.Equal(t, stats.Failed, answer.Stats.Failed)
		for want, got := range map[*int64]int64{
			stats.Dropped: answer.Stats.Dropped, stats.Added: answer.Stats.Added, stats.Restarts: answer.Stats.Restarts,
		} {
			if want != nil {
				assert.Equal(t, *want, got)
			}
		}
	}
}

func (p problem) matches(t *testing.T, code, message string) {
	if p.Code != "" {
		assert.Equal(t, p.Code, code, message)
	}
	if p.Message != "" {
		assert.Regexp(t, p.Message, message)
	}
}
