import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { createPipeline } from '../../src/pipeline';
import { createRunner, startWorker } from '../../src/runner';
import type { Sink } from '../../src/sink';
import { assemble, instanceOptions, load, workersOf } from './support';
