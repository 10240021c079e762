// A second host for otelwasm guests, for tests only: what a guest answers here must be, byte for byte, what it answers
// in Node. It reads jobs as JSON lines from stdin and writes one line of answers for each.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"log"
	"os"
)

// Job is a guest, how to run it and what to hand it. Bytes are base64 in JSON.
type Job struct {
	Guest  string          `json:"guest"`
	Signal string          `json:"signal"`
	Config json.RawMessage `json:"config"`
	Inputs [][]byte        `json:"inputs"`
	// Emissions makes the guest a receiver: shutdown is requested after that many results.
	Emissions int `json:"emissions"`
}

// Outcome is how the guest answered one input: unchanged, changed, refused (an error status) or failed (it trapped).
type Outcome struct {
	Status string `json:"status"`
	Bytes  []byte `json:"bytes,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Answer to a job.
type Answer struct {
	Error    string    `json:"error,omitempty"`
	Outcomes []Outcome `json:"outcomes"`
	Emitted  [][]byte  `json:"emitted,omitempty"`
	Logs     []string  `json:"logs,omitempty"`
}

func main() {
	ctx := context.Background()
	guests := newGuests(ctx)
	answers := json.NewEncoder(os.Stdout)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var job Job
		if err := json.Unmarshal(lines.Bytes(), &job); err != nil {
			log.Fatal(err)
		}
		if err := answers.Encode(guests.run(ctx, job)); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}
