//go:build wasip1

package collector

import (
	"strings"

	"otelwasm.example/otelwasm"

	"go.uber.org/zap/zapcore"
)

// hostCore writes zap's entries to the host's logger, as one line each: the message, then the fields as JSON.
type hostCore struct {
	zapcore.LevelEnabler
	encoder zapcore.Encoder
}

func newHostCore() zapcore.Core {
	return hostCore{zapcore.InfoLevel, zapcore.NewConsoleEncoder(zapcore.EncoderConfig{MessageKey: "message", ConsoleSeparator: " "})}
}

func (core hostCore) With(fields []zapcore.Field) zapcore.Core {
	encoder := core.encoder.Clone()
	for _, field := range fields {
		field.AddTo(encoder)
	}
	return hostCore{core.LevelEnabler, encoder}
}

func (core hostCore) Check(entry zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if core.Enabled(entry.Level) {
		return checked.AddCore(entry, core)
	}
	return checked
}

func (core hostCore) Write(entry zapcore.Entry, fields []zapcore.Field) error {
	line, err := core.encoder.EncodeEntry(entry, fields)
	if err != nil {
		return err
	}
	otelwasm.Log(level(entry.Level), strings.TrimSuffix(line.String(), "\n"))
	line.Free()
	return nil
}

func (hostCore) Sync() error { return nil }

func level(level zapcore.Level) otelwasm.Level {
	switch {
	case level >= zapcore.ErrorLevel:
		return otelwasm.Error
	case level == zapcore.WarnLevel:
		return otelwasm.Warn
	case level == zapcore.InfoLevel:
		return otelwasm.Info
	}
	return otelwasm.Debug
}
