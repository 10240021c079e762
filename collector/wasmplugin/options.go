package wasmplugin

import "time"

// Options say how a guest is run.
type Options struct {
	// Path of the .wasm file.
	Path   string
	Role   Role
	Signal Signal
	// PluginConfig is UTF-8 JSON; nil is read as null.
	PluginConfig []byte
	// Timeout of a call: the guest is stopped then. 0 for no limit.
	Timeout time.Duration
	// StartTimeout is the same for each step before the guest serves: instantiation, _initialize, start().
	StartTimeout time.Duration
	// MemoryLimitPages of 64 KiB that the guest's linear memory may have.
	MemoryLimitPages uint32
	// Env and Args that WASI shows the guest; nothing else is granted.
	Env  map[string]string
	Args []string
	// Interpreted runs the guest in wazero's interpreter: slower, on every platform, and without compiling.
	Interpreted bool
	// CacheDirectory keeps compiled guests from one process to the next; "" for none.
	CacheDirectory string
	// Profile of the host; [Full] where it is the zero value.
	Profile Profile
	// Log takes the guest's lines; nil for none.
	Log Logger
}

const bytesPerPage = 65_536

func (o Options) withDefaults() Options {
	if o.PluginConfig == nil {
		o.PluginConfig = []byte("null")
	}
	if o.MemoryLimitPages == 0 {
		o.MemoryLimitPages = 256 << 20 / bytesPerPage
	}
	if o.Profile.Modules == nil {
		o.Profile = Full
	}
	if o.Log == nil {
		o.Log = func(Level, string) {}
	}
	return o
}
