package plugin

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync/atomic"

	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"otelwasm.example/collector/internal/runner"
	"otelwasm.example/collector/wasmplugin"
)

// Opened is a guest in a Collector, with its component's own telemetry.
type Opened struct {
	Guest     *wasmplugin.Guest
	Failures  *runner.Failures
	telemetry *runner.Telemetry
	stats     atomic.Pointer[func() runner.Stats]
}

// Open reads, checks and compiles a guest.
func Open(
	ctx context.Context, c *Config, role wasmplugin.Role, signal wasmplugin.Signal, id component.ID, settings component.TelemetrySettings,
) (*Opened, error) {
	json, err := c.pluginConfig()
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(filepath.Base(c.Path), ".wasm")
	guest, err := wasmplugin.Load(ctx, wasmplugin.Options{
		Path:             c.Path,
		Role:             role,
		Signal:           signal,
		PluginConfig:     json,
		Timeout:          c.Timeout,
		StartTimeout:     c.StartTimeout,
		MemoryLimitPages: uint32(c.MemoryLimitMiB << 20 >> 16),
		Env:              c.WASI.Env,
		Args:             c.WASI.Args,
		Interpreted:      c.Runtime == interpreted,
		CacheDirectory:   c.CacheDirectory,
		Log:              linesTo(settings.Logger.With(zap.String("guest", name))),
	})
	if err != nil {
		return nil, err
	}
	o := &Opened{Guest: guest, Failures: runner.NewFailures(settings.Logger)}
	o.telemetry, err = runner.NewTelemetry(settings.MeterProvider, runner.Component{
		Type: "wasm" + string(role), Name: id.String(), Signal: signal, Guest: name,
	}, o.now)
	if err != nil {
		return nil, errors.Join(err, guest.Close(ctx))
	}
	return o, nil
}

// NewPool of instances of the guest.
func (o *Opened) NewPool(ctx context.Context, c *Config, instances int, onError runner.OnError) (*runner.Pool, error) {
	pool, err := runner.NewPool(ctx, o.Guest, runner.Options{
		Instances:  instances,
		OnError:    onError,
		Restart:    runner.Restart(c.Restart),
		Failures:   o.Failures,
		RecordCall: o.telemetry.RecordCall,
	})
	if err != nil {
		return nil, errors.Join(err, o.Close(ctx))
	}
	o.Observe(pool.Stats)
	return pool, nil
}

// Observe these from now on.
func (o *Opened) Observe(stats func() runner.Stats) { o.stats.Store(&stats) }

// Close frees the guest, which must not be in a call.
func (o *Opened) Close(ctx context.Context) error {
	return errors.Join(o.telemetry.Close(), o.Guest.Close(ctx))
}

func (o *Opened) now() runner.Stats {
	if stats := o.stats.Load(); stats != nil {
		return (*stats)()
	}
	return runner.Stats{}
}

// linesTo a Collector's logger. A guest's trace is less than its debug.
func linesTo(logger *zap.Logger) wasmplugin.Logger {
	levels := map[wasmplugin.Level]zapcore.Level{
		wasmplugin.LevelTrace: zapcore.DebugLevel, wasmplugin.LevelDebug: zapcore.DebugLevel,
		wasmplugin.LevelInfo: zapcore.InfoLevel, wasmplugin.LevelWarn: zapcore.WarnLevel, wasmplugin.LevelError: zapcore.ErrorLevel,
	}
	return func(level wasmplugin.Level, text string) { logger.Log(levels[level], text) }
}
