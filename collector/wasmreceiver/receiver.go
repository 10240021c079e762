package wasmreceiver

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"

	"otelwasm.example/collector/internal/plugin"
	"otelwasm.example/collector/internal/runner"
	"otelwasm.example/collector/wasmplugin"
)

// wasmReceiver hands on what a guest produces.
type wasmReceiver[T any] struct {
	data     plugin.Data[T]
	config   *Config
	settings receiver.Settings
	next     func(context.Context, T) error
	report   *receiverhelper.ObsReport
	opened   *plugin.Opened
	running  *runner.Receiver
}

func newReceiver[T any](
	settings receiver.Settings, config *Config, data plugin.Data[T], next func(context.Context, T) error,
) (*wasmReceiver[T], error) {
	report, err := receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID: settings.ID, Transport: "wasm", LongLivedCtx: true, ReceiverCreateSettings: settings,
	})
	return &wasmReceiver[T]{data: data, config: config, settings: settings, next: next, report: report}, err
}

func (r *wasmReceiver[T]) Start(ctx context.Context, host component.Host) (err error) {
	config := &r.config.Config
	r.opened, err = plugin.Open(ctx, config, wasmplugin.Receiver, r.data.Signal, r.settings.ID, r.settings.TelemetrySettings)
	if err != nil {
		return err
	}
	r.running, err = runner.NewReceiver(ctx, r.opened.Guest, runner.ReceiverOptions{
		Restart:         runner.Restart(config.Restart),
		ShutdownTimeout: r.config.ShutdownTimeout,
		Failures:        r.opened.Failures,
		Deliver:         r.deliver,
		Ended: func(err error) {
			componentstatus.ReportStatus(host, componentstatus.NewPermanentErrorEvent(err))
		},
	})
	if err != nil {
		return errors.Join(err, r.opened.Close(ctx))
	}
	r.opened.Observe(r.running.Stats)
	return nil
}

func (r *wasmReceiver[T]) Shutdown(ctx context.Context) error {
	if r.running == nil {
		return nil
	}
	return errors.Join(r.running.Shutdown(ctx), r.opened.Close(ctx))
}

func (r *wasmReceiver[T]) deliver(ctx context.Context, payload []byte) (int, error) {
	data, err := r.data.Decode(payload)
	if err != nil {
		return 0, &wasmplugin.Error{Code: wasmplugin.GuestOutput, Cause: err,
			Message: "the guest emitted bytes that are not OTLP, which are dropped: " + err.Error()}
	}
	items := r.data.Count(data)
	start, end := r.observed()
	ctx = start(ctx)
	err = r.next(ctx, data)
	end(ctx, "otlp", items, err)
	return items, err
}

// observed is a receiver's own telemetry of a Collector, for the signal.
func (r *wasmReceiver[T]) observed() (start func(context.Context) context.Context, end func(context.Context, string, int, error)) {
	switch r.data.Signal {
	case wasmplugin.Traces:
		return r.report.StartTracesOp, r.report.EndTracesOp
	case wasmplugin.Metrics:
		return r.report.StartMetricsOp, r.report.EndMetricsOp
	}
	return r.report.StartLogsOp, r.report.EndLogsOp
}
