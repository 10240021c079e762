package wasmplugin

import (
	"context"
	"path/filepath"
	"sync"

	"github.com/tetratelabs/wazero"
)

// sharedCache is wazero's cache for one directory, or for none: guests that run at the same time share what was compiled,
// so a file that three pipelines name is compiled once.
type sharedCache struct {
	directory string
	users     int
	wazero.CompilationCache
}

var (
	cachesLock sync.Mutex
	caches     = map[string]*sharedCache{}
	// compiling is held while a guest is compiled: two at a time would both compile the same file.
	compiling sync.Mutex
)

// openCache for a directory, "" for none that outlives the process. Each is closed by its last user.
func openCache(directory string) (*sharedCache, error) {
	if directory != "" {
		absolute, err := filepath.Abs(directory)
		if err != nil {
			return nil, err
		}
		directory = absolute
	}
	cachesLock.Lock()
	defer cachesLock.Unlock()
	cache := caches[directory]
	if cache == nil {
		cache = &sharedCache{directory: directory, CompilationCache: wazero.NewCompilationCache()}
		if directory != "" {
			onDisk, err := wazero.NewCompilationCacheWithDir(directory)
			if err != nil {
				return nil, err
			}
			cache.CompilationCache = onDisk
		}
		caches[directory] = cache
	}
	cache.users++
	return cache, nil
}

func (c *sharedCache) release(ctx context.Context) error {
	cachesLock.Lock()
	defer cachesLock.Unlock()
	if c.users--; c.users > 0 {
		return nil
	}
	delete(caches, c.directory)
	return c.Close(ctx)
}
