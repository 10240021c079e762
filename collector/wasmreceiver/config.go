package wasmreceiver

import (
	"errors"
	"time"

	"otelwasm.example/collector/internal/plugin"
)

// Config of the receiver.
type Config struct {
	plugin.Config `mapstructure:",squash"`
	// ShutdownTimeout is how long the guest may take to return once it was asked to; it is stopped then. Default 5s.
	ShutdownTimeout time.Duration `mapstructure:"shutdown_timeout"`
}

// Validate answers all that is wrong.
func (c *Config) Validate() error {
	return errors.Join(c.Config.Validate(), plugin.PositiveDuration("shutdown_timeout", c.ShutdownTimeout))
}
