// Package plugin is what the processor, the exporter and the receiver share: their configuration, and how a guest is
// opened in a Collector.
package plugin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"otelwasm.example/collector/internal/runner"
	"otelwasm.example/collector/wasmplugin"
)

// Config of a guest, as it stands in a Collector's configuration.
type Config struct {
	// Path of the guest's .wasm file.
	Path string `mapstructure:"path"`
	// PluginConfig is handed to the guest as JSON; null by default.
	PluginConfig any `mapstructure:"plugin_config"`
	// Timeout of a call into the guest: it is stopped then, and replaced. Default 1s.
	Timeout time.Duration `mapstructure:"timeout"`
	// StartTimeout of each step before it serves: instantiation, _initialize, start(). Default 10s.
	StartTimeout time.Duration `mapstructure:"start_timeout"`
	// MemoryLimitMiB of the guest's linear memory. Default 256, at most 4096.
	MemoryLimitMiB int `mapstructure:"memory_limit_mib"`
	// WASI grants: nothing that is not written here.
	WASI WASI `mapstructure:"wasi"`
	// Runtime is "compiled" (the default) or "interpreted".
	Runtime string `mapstructure:"runtime"`
	// CacheDirectory keeps compiled guests from one process to the next. Default: none.
	CacheDirectory string `mapstructure:"cache_directory"`
	// Restart says when a guest that failed is restarted.
	Restart Restart `mapstructure:"restart"`
}

// WASI is what the guest sees of its surroundings.
type WASI struct {
	// Env are environment variables. Default none.
	Env map[string]string `mapstructure:"env"`
	// Args are arguments, the program's name included. Default none.
	Args []string `mapstructure:"args"`
}

// Restart of a guest that failed: at once the first time, then after a wait that doubles.
type Restart struct {
	// InitialDelay before the second replacement in a row. Default 100ms.
	InitialDelay time.Duration `mapstructure:"initial_delay"`
	// MaxDelay up to which it doubles. Default 30s.
	MaxDelay time.Duration `mapstructure:"max_delay"`
	// Healthy: a guest that lived this long clears the count of failures. Default 60s.
	Healthy time.Duration `mapstructure:"healthy"`
}

const (
	compiled    = "compiled"
	interpreted = "interpreted"
	maxMemory   = 4096
)

// DefaultConfig of a guest.
func DefaultConfig() Config {
	restart := runner.DefaultRestart
	return Config{
		Timeout:        time.Second,
		StartTimeout:   10 * time.Second,
		MemoryLimitMiB: 256,
		Runtime:        compiled,
		Restart:        Restart{restart.InitialDelay, restart.MaxDelay, restart.Healthy},
	}
}

// Validate answers all that is wrong, each with its value and what is allowed.
func (c *Config) Validate() error {
	_, jsonErr := c.pluginConfig()
	return errors.Join(
		unless(c.Path != "", "path", c.Path, "the path of a .wasm file"),
		jsonErr,
		positive("timeout", c.Timeout),
		positive("start_timeout", c.StartTimeout),
		unless(c.MemoryLimitMiB > 0 && c.MemoryLimitMiB <= maxMemory, "memory_limit_mib", c.MemoryLimitMiB, "a number from 1 to 4096"),
		OneOf("runtime", c.Runtime, compiled, interpreted),
		c.WASI.validate(),
		positive("restart::initial_delay", c.Restart.InitialDelay),
		positive("restart::max_delay", c.Restart.MaxDelay),
		positive("restart::healthy", c.Restart.Healthy),
	)
}

func (w WASI) validate() error {
	for name, value := range w.Env {
		if name == "" || strings.ContainsAny(name, "=\x00") || strings.Contains(value, "\x00") {
			return invalid("wasi::env", name+"="+value, "names without = and texts without NUL")
		}
	}
	for _, arg := range w.Args {
		if strings.Contains(arg, "\x00") {
			return invalid("wasi::args", arg, "texts without NUL")
		}
	}
	return nil
}

// pluginConfig as JSON.
func (c *Config) pluginConfig() ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(c.PluginConfig); err != nil {
		return nil, invalid("plugin_config", c.PluginConfig, "any value that JSON can hold: "+err.Error())
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// Positive is nil for a number above 0.
func Positive(name string, value int) error {
	return unless(value > 0, name, value, "a number above 0")
}

// PositiveDuration is nil for a time above 0.
func PositiveDuration(name string, value time.Duration) error { return positive(name, value) }

// OneOf is nil for an allowed value.
func OneOf(name, value string, allowed ...string) error {
	for _, one := range allowed {
		if value == one {
			return nil
		}
	}
	return invalid(name, value, `"`+strings.Join(allowed, `" or "`)+`"`)
}

func positive(name string, value time.Duration) error {
	return unless(value > 0, name, value, "a time above 0")
}

func unless(valid bool, name string, value any, allowed string) error {
	if valid {
		return nil
	}
	return invalid(name, value, allowed)
}

func invalid(name string, value any, allowed string) error {
	if text, ok := value.(string); ok {
		value = fmt.Sprintf("%q", text)
	}
	return &wasmplugin.Error{Code: wasmplugin.InvalidOption, Message: fmt.Sprintf("%s is %v: allowed is %s", name, value, allowed)}
}
