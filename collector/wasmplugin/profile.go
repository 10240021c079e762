package wasmplugin

// Naming says under which names a host looks exports up and offers its functions.
type Naming int

const (
	// NamingBoth: the v1 name first, then the one of 0.1.0.
	NamingBoth Naming = iota
	NamingV1
	Naming010
)

// Starting says for whom a host calls start().
type Starting int

const (
	StartTracesProcessors Starting = iota
	StartEveryRole
	StartNone
)

// Profile is what a host offers and how it behaves. [Full] is this host; the others are how the hosts of the project that
// the ABI comes from behave, to find out whether a guest runs there.
type Profile struct {
	Naming Naming
	// Modules that offer the host functions.
	Modules []string
	// Log: the host function log is offered.
	Log bool
	// Starting: for whom start() is called.
	Starting Starting
	// TellsConfigSize: get_plugin_config answers the size also where the buffer is too small, else 0.
	TellsConfigSize bool
	// JoinsResults: of several results in one call all count, else the last one.
	JoinsResults bool
}

var (
	// Full is ABI v1 whole.
	Full = Profile{
		Naming:          NamingBoth,
		Modules:         []string{"opentelemetry.io/wasm", "otelwasm"},
		Log:             true,
		Starting:        StartEveryRole,
		TellsConfigSize: true,
		JoinsResults:    true,
	}
	// StrictV1 is a host of the first state of ABI v1: the names of the design document.
	StrictV1 = Profile{Naming: NamingV1, Modules: []string{"opentelemetry.io/wasm"}}
	// Strict010 is a host of ABI 0.1.0.
	Strict010 = Profile{Naming: Naming010, Modules: []string{"opentelemetry.io/wasm"}}
)

// Profiles by the names that the command for tests knows them by.
var Profiles = map[string]Profile{"full": Full, "v1": StrictV1, "0.1.0": Strict010}

func (p Profile) starts(role Role, signal Signal) bool {
	switch p.Starting {
	case StartEveryRole:
		return true
	case StartNone:
		return false
	}
	return role == Processor && signal == Traces
}
