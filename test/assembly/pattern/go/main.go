// Go's regexp as the oracle of patterns: reads cases as JSON from standard input and writes what it makes of each.
// With the name of a file of tests that Go has from RE2 it writes that, unpacked.
package main

import (
	"compress/bzip2"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
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

func unpack(name string) {
	file, err := os.Open(filepath.Join(runtime.GOROOT(), "src/regexp/testdata", name))
	if err != nil {
		panic(err)
	}
	var text io.Reader = file
	if strings.HasSuffix(name, ".bz2") {
		text = bzip2.NewReader(file)
	}
	if _, err := io.Copy(os.Stdout, text); err != nil {
		panic(err)
	}
}

func main() {
	if len(os.Args) > 1 {
		unpack(os.Args[1])
		return
	}
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
