package runner

import (
	"sync"
	"time"

	"go.uber.org/zap"

	"otelwasm.example/collector/wasmplugin"
)

const burst = 10 * time.Second

// Failures logs what guests fail on: one line for the first failure of a kind; those in the next 10 s are counted, and
// told with the next line.
type Failures struct {
	logger *zap.Logger
	lock   sync.Mutex
	kinds  map[wasmplugin.Code]*kind
}

type kind struct {
	since  time.Time
	untold int
}

// NewFailures that go to the logger.
func NewFailures(logger *zap.Logger) *Failures {
	return &Failures{logger: logger, kinds: map[wasmplugin.Code]*kind{}}
}

func (f *Failures) told(err *wasmplugin.Error, items int, passedThrough bool) {
	if f == nil {
		return
	}
	what := "items dropped"
	if passedThrough {
		what = "items passed through"
	}
	f.Log(what, err, zap.Int("items", items))
}

// Log an error, if none of its kind was logged just now.
func (f *Failures) Log(message string, err *wasmplugin.Error, fields ...zap.Field) {
	f.lock.Lock()
	k := f.kinds[err.Code]
	if k == nil {
		k = &kind{}
		f.kinds[err.Code] = k
	}
	if time.Since(k.since) < burst {
		k.untold++
		f.lock.Unlock()
		return
	}
	untold := k.untold
	k.since, k.untold = time.Now(), 0
	f.lock.Unlock()
	fields = append(fields, zap.String("code", string(err.Code)), zap.String("error", err.Message))
	if untold > 0 {
		fields = append(fields, zap.Int("more_of_this_kind_before", untold))
	}
	f.logger.Warn(message, fields...)
}
