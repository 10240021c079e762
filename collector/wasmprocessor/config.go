package wasmprocessor

import (
	"errors"

	"otelwasm.example/collector/internal/plugin"
	"otelwasm.example/collector/internal/runner"
)

// Config of the processor.
type Config struct {
	plugin.Config `mapstructure:",squash"`
	// Instances of the guest that serve at the same time, each with its own memory and state. Default 1.
	Instances int `mapstructure:"instances"`
	// OnError says what happens to what the guest failed on: "drop" (the default; counted), "passthrough" (it continues as
	// it came) or "propagate" (the whole batch is refused with the error).
	OnError string `mapstructure:"on_error"`
}

// Validate answers all that is wrong.
func (c *Config) Validate() error {
	return errors.Join(
		c.Config.Validate(),
		plugin.Positive("instances", c.Instances),
		plugin.OneOf("on_error", c.OnError, string(runner.Drop), string(runner.Passthrough), string(runner.Propagate)),
	)
}
