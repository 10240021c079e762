// Go's regexp as the oracle of patterns: reads cases as JSON from standard input and writes what it makes of each.
package main

import (
	"encoding/json"
	"os"
	"regexp"
)

type question struct {
	Pattern  string
	Text     []byte
	Template []byte
	Longest  bool
}

type answer struct {
	// Refused is true when the pattern does not compile.
	Refused bool
	// Matches are those of FindAllSubmatchIndex.
	Matches  [][]int
	Replaced []byte
}

func main() {
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		panic(err)
	}
	answers := make([]answer, len(questions))
	for i, q := range questions {
		re, err := regexp.Compile(q.Pattern)
		if err != nil {
			answers[i].Refused = true
			continue
		}
		if q.Longest {
			re.Longest()
		}
		answers[i].Matches = re.FindAllSubmatchIndex(q.Text, -1)
		answers[i].Replaced = re.ReplaceAll(q.Text, q.Template)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}
