// A host for otelwasm guests behind stdin and stdout, for tests: what a guest answers here must be, byte for byte, what it
// answers in Node. It reads jobs as JSON lines and writes a line of answers for each (test/host-kit/README.md).
//
//	wazero-host [-cache folder] [-interpreted]
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"log"
	"os"

	"otelwasm.example/collector/internal/kit"
)

func main() {
	cache := flag.String("cache", "", "folder that keeps compiled guests")
	interpreted := flag.Bool("interpreted", false, "run guests in the interpreter")
	flag.Parse()
	host := kit.Host{CacheDirectory: *cache, Interpreted: *interpreted}
	answers := json.NewEncoder(os.Stdout)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 256<<20)
	for lines.Scan() {
		var job kit.Job
		if err := json.Unmarshal(lines.Bytes(), &job); err != nil {
			log.Fatal(err)
		}
		if err := answers.Encode(host.Run(context.Background(), job)); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}
