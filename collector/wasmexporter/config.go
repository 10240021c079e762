package wasmexporter

import (
	"errors"

	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"otelwasm.example/collector/internal/plugin"
	"otelwasm.example/collector/internal/runner"
)

// Config of the exporter.
type Config struct {
	plugin.Config `mapstructure:",squash"`
	// Instances of the guest that serve at the same time, each with its own memory and state. Default 1.
	Instances int `mapstructure:"instances"`
	// OnError says what happens to a batch that the guest failed on: "propagate" (the default: it is sent again, as
	// retry_on_failure says, unless the guest died on it) or "drop". What a guest did not take of a batch whose rest it
	// took is dropped in any case, and counted.
	OnError string `mapstructure:"on_error"`
	// QueueConfig of batches that wait for the guest.
	QueueConfig configoptional.Optional[exporterhelper.QueueBatchConfig] `mapstructure:"sending_queue"`
	// BackOffConfig says how batches that failed are sent again.
	configretry.BackOffConfig `mapstructure:"retry_on_failure"`
}

// Validate answers all that is wrong.
func (c *Config) Validate() error {
	return errors.Join(
		c.Config.Validate(),
		plugin.Positive("instances", c.Instances),
		plugin.OneOf("on_error", c.OnError, string(runner.Propagate), string(runner.Drop)),
	)
}
