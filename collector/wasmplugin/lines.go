package wasmplugin

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Level of a guest's line, by its number in the host function log.
type Level uint32

const (
	LevelTrace Level = iota
	LevelDebug
	LevelInfo
	LevelWarn
	LevelError
)

func (l Level) String() string {
	return [...]string{"trace", "debug", "info", "warn", "error"}[l]
}

// Logger takes a guest's lines: what it logs, and its standard output and error. Each is one line of printable text.
type Logger func(level Level, text string)

const (
	logWindow         = time.Second
	maxLinesPerWindow = 200
)

// boundedLog is a guest's way to the logger: one that logs without end costs 200 lines a second, and one that counts the others.
type boundedLog struct {
	logger      Logger
	windowStart time.Time
	lines       int
	suppressed  int
}

func (b *boundedLog) line(level Level, text string) {
	if now := time.Now(); now.Sub(b.windowStart) >= logWindow {
		b.windowStart = now
		b.lines = 0
		if b.suppressed > 0 {
			b.logger(LevelWarn, fmt.Sprintf("%d more lines of the guest were suppressed", b.suppressed))
		}
		b.suppressed = 0
	}
	if b.lines++; b.lines > maxLinesPerWindow {
		b.suppressed++
		return
	}
	b.logger(level, printable(text))
}

// stream turns what a guest writes to a standard stream into lines.
type stream struct {
	log   *boundedLog
	level Level
	line  []byte
	cut   int
}

// Write takes all there is, always: of a line that is too long, its beginning.
func (s *stream) Write(p []byte) (int, error) {
	written := len(p)
	for {
		end := bytes.IndexByte(p, '\n')
		if end < 0 {
			s.append(p)
			return written, nil
		}
		s.append(p[:end])
		s.endLine()
		p = p[end+1:]
	}
}

func (s *stream) append(p []byte) {
	kept := min(len(p), maxLineBytes-len(s.line))
	s.line = append(s.line, p[:kept]...)
	s.cut += len(p) - kept
}

func (s *stream) endLine() {
	text := strings.ToValidUTF8(string(s.line), "\ufffd")
	if s.cut > 0 {
		text = fmt.Sprintf("%s [line truncated: %d more bytes]", text, s.cut)
	}
	s.line, s.cut = s.line[:0], 0
	s.log.line(s.level, text)
}

// flush ends a line that has no newline yet. Called when a call is over.
func (s *stream) flush() {
	if len(s.line) > 0 || s.cut > 0 {
		s.endLine()
	}
}

// printable is the text as one line that a log may hold: what ends a line, steers a terminal or turns the reading
// direction is written as an escape, or a guest could forge lines of others.
func printable(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	if strings.IndexFunc(text, isUnprintable) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case isUnprintable(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isUnprintable(r rune) bool {
	return r != '\t' && (unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control))
}
