// Stands for an app's `--require ./tracing.js`.
const { isMainThread } = require('node:worker_threads');
require('node:fs').writeSync(1, `preloaded in ${isMainThread ? 'the main thread' : 'a worker'}\n`);
