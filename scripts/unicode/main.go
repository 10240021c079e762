// Writes the Unicode tables of Go's standard library, with which the Collector matches:
//
//	cd scripts/unicode
//	go run . > ../../src/rules/regex/unicode/tables.ts
//	go run . letters > ../../assembly/pattern/letterRuns.ts
package main

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"unicode"
)

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"

// put appends n in base 32, the lowest digit first; all but the last are 32 higher.
func put(text *strings.Builder, n int) {
	for ; n >= 32; n /= 32 {
		text.WriteByte(digits[32+n%32])
	}
	text.WriteByte(digits[n])
}

// ranges are pairs: how far the next begins behind the one before, and how many more characters than one it has.
func ranges(table *unicode.RangeTable) string {
	var text strings.Builder
	lo, hi, end := -1, -1, 0
	flush := func() {
		if lo >= 0 {
			put(&text, lo-end)
			put(&text, hi-lo)
			end = hi + 1
		}
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.Is(table, r) {
			continue
		}
		if int(r) == hi+1 && lo >= 0 {
			hi = int(r)
			continue
		}
		flush()
		lo, hi = int(r), int(r)
	}
	flush()
	return text.String()
}

func zigzag(n int) int {
	if n < 0 {
		return -n*2 - 1
	}
	return n * 2
}

// folds are runs of characters with the next one of the same letter equally far away: start, step, count, distance.
func folds() string {
	var text strings.Builder
	var from []int
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if unicode.SimpleFold(r) != r {
			from = append(from, int(r))
		}
	}
	distance := func(i int) int { return int(unicode.SimpleFold(rune(from[i]))) - from[i] }
	end := 0
	for i := 0; i < len(from); {
		count, step := 1, 1
		if i+1 < len(from) && distance(i+1) == distance(i) && from[i+1]-from[i] <= 2 {
			step = from[i+1] - from[i]
			for i+count < len(from) && from[i+count] == from[i]+count*step && distance(i+count) == distance(i) {
				count++
			}
		} else if i+2 < len(from) && from[i+2] == from[i]+2 && distance(i+2) == distance(i) && distance(i+1) == -distance(i) {
			// A, a, B, b: one run of every second character forth, and one back.
			step = 2
			for i+2*count+1 < len(from) && from[i+2*count] == from[i]+2*count && distance(i+2*count) == distance(i) &&
				from[i+2*count+1] == from[i]+2*count+1 && distance(i+2*count+1) == -distance(i) {
				count++
			}
			if count > 1 {
				put(&text, from[i]-end)
				put(&text, 3)
				put(&text, count-1)
				put(&text, zigzag(distance(i)))
				end = from[i] + 2*count
				i += 2 * count
				continue
			}
			count = 1
		}
		put(&text, from[i]-end)
		put(&text, step)
		put(&text, count-1)
		put(&text, zigzag(distance(i)))
		end = from[i] + (count-1)*step + 1
		i += count
	}
	return text.String()
}

func writeTables(name, what string, tables map[string]*unicode.RangeTable, skip func(string) bool) {
	fmt.Printf("\n/** %s */\nexport const %s: Readonly<Record<string, string>> = {\n", what, name)
	var names []string
	for each := range tables {
		if !skip(each) {
			names = append(names, each)
		}
	}
	sort.Strings(names)
	for _, each := range names {
		fmt.Printf("  %s: '%s',\n", each, ranges(tables[each]))
	}
	fmt.Println("};")
}

// writeLetters prints runs of letters and decimal digits for guests: the gap before each and its size, in LEB128.
func writeLetters() {
	var bytes []string
	leb := func(n int) {
		for ; n >= 0x80; n >>= 7 {
			bytes = append(bytes, fmt.Sprint(n&0x7f|0x80))
		}
		bytes = append(bytes, fmt.Sprint(n))
	}
	end := 0
	for r := 0; r <= unicode.MaxRune; r++ {
		from := r
		for r <= unicode.MaxRune && (unicode.IsLetter(rune(r)) || unicode.IsDigit(rune(r))) {
			r++
		}
		if r > from {
			leb(from - end)
			leb(r - from)
			end = r
		}
	}
	fmt.Println("/**\n * Written by scripts/unicode, not by hand: letters and decimal digits of Unicode", unicode.Version, "as Go has it. letters.ts reads it.\n */")
	fmt.Printf("export const RUNS_SIZE: usize = %d;\n// prettier-ignore\nexport const RUNS: usize = memory.data<u8>([\n", len(bytes))
	for len(bytes) > 0 {
		n := min(32, len(bytes))
		fmt.Printf("  %s,\n", strings.Join(bytes[:n], ","))
		bytes = bytes[n:]
	}
	fmt.Println("]);")
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "letters" {
		writeLetters()
		return
	}
	fmt.Printf("/**\n * Written by scripts/unicode, not by hand: Unicode %s as Go has it. lookup.ts reads it.\n */\n", unicode.Version)
	fmt.Printf("export const UNICODE_VERSION = '%s';\n", unicode.Version)
	// A category of one letter is the sum of those that begin with it; unassigned is what is in none.
	writeTables("CATEGORIES", "Ranges by category of two letters.", unicode.Categories, func(name string) bool {
		return len(name) != 2 || name == "LC" || name == "Cn"
	})
	writeTables("SCRIPTS", "Ranges by script.", unicode.Scripts, func(string) bool { return false })
	fmt.Printf("\n/** Other names of categories. */\nexport const ALIASES: Readonly<Record<string, string>> = {\n")
	var aliases []string
	for alias := range unicode.CategoryAliases {
		aliases = append(aliases, alias)
	}
	sort.Strings(aliases)
	for _, alias := range aliases {
		fmt.Printf("  %s: '%s',\n", alias, unicode.CategoryAliases[alias])
	}
	fmt.Printf("};\n\n/** Runs of characters that fold, as `folds` of scripts/unicode describes them. */\nexport const FOLDS =\n  '%s';\n", folds())
}
