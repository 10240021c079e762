/**
 * A host that offers exactly what known Collector hosts offer, so that a guest which runs here runs there: the six
 * functions of ABI v1 in one module, and WASI preview 1. It has no `log`. `get_plugin_config` returns 0 and writes
 * nothing when the buffer is too small. `start()` is called only for processors of traces. The last of several
 * results in one call counts. `_start` is never called.
 */
import { NAMES_010, type Naming, type Role, type Signal } from '../abi';
import { createWasi } from '../wasi';
import { LinearMemory } from '../wasm';

const BITS: Readonly<Record<Signal, number>> = { metrics: 1, logs: 2, traces: 4 };

export interface StrictHostOptions {
  /** The names that it offers. */
  readonly profile: Naming;
  readonly role: Role;
  readonly signal: Signal;
  /** The plugin configuration as JSON. */
  readonly pluginConfig: string;
  /** Environment variables for guests. Default: none. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the host calls `start()`. Default: like Collector hosts. */
  readonly start?: boolean;
}

export interface StrictOutcome {
  readonly status: number;
  readonly reason: string | undefined;
  /** How many results the guest set. */
  readonly results: number;
  /** The last result; undefined without one. */
  readonly result: Uint8Array | undefined;
}

type GuestFunction = (...values: number[]) => number;

export class StrictHost {
  readonly #options: StrictHostOptions;
  readonly #exports: WebAssembly.Exports;
  readonly #memory: WebAssembly.Memory;
  readonly #output = { stdout: '', stderr: '' };
  #reason: string | undefined;
  #result: Uint8Array | undefined;
  #results = 0;
  #emit: ((bytes: Uint8Array) => void) | undefined;
  #shutdownRequested = false;

  /** Throws if the guest cannot be loaded or its `start()` fails. */
  constructor(module: WebAssembly.Module, options: StrictHostOptions) {
    this.#options = options;
    const memory = new LinearMemory();
    const wasi = createWasi(
      { env: options.env },
      {
        memory,
        writeLine: (stream, line) => (this.#output[stream] += `${line}\n`),
        granted: new Set(['stdout', 'stderr'] as const),
      },
    );
    const instance = new WebAssembly.Instance(module, {
      'opentelemetry.io/wasm': this.#functions(),
      wasi_snapshot_preview1: { ...wasi.imports },
    });
    this.#exports = instance.exports;
    this.#memory = instance.exports.memory as WebAssembly.Memory;
    memory.attach(this.#memory);
    (instance.exports._initialize as GuestFunction | undefined)?.();
    this.#checkExports();
    if (options.start ?? (options.role === 'processor' && options.signal === 'traces')) {
      const { status, reason } = this.#call('start');
      if (status !== 0) throw new Error(`start() failed: ${reason}`);
    }
  }

  consume(bytes: Uint8Array): StrictOutcome {
    const pointer = bytes.length === 0 ? 0 : this.#function('alloc')(bytes.length) >>> 0;
    if (bytes.length > 0 && pointer === 0) throw new Error('alloc returned 0');
    new Uint8Array(this.#memory.buffer).set(bytes, pointer);
    return this.#call(`consume_${this.#options.signal}`, pointer, bytes.length);
  }

  /**
   * Runs a receiver until it has emitted `count` batches. Returns the batches, and the status reason if the guest set
   * one.
   */
  receive(count: number): { emitted: Uint8Array[]; reason: string | undefined } {
    const emitted: Uint8Array[] = [];
    this.#emit = bytes => {
      emitted.push(bytes);
      this.#shutdownRequested = emitted.length >= count;
    };
    const { reason } = this.#call(`start_${this.#options.signal}_receiver`);
    return { emitted, reason };
  }

  /** Ends the guest. Returns its output. */
  close(): { stdout: string; stderr: string } {
    this.#call('shutdown');
    return this.#output;
  }

  #name(v1: string): string {
    return this.#options.profile === 'v1' ? v1 : (NAMES_010.get(v1) ?? v1);
  }

  #function(name: string): GuestFunction {
    return this.#exports[this.#name(name)] as GuestFunction;
  }

  #checkExports(): void {
    const { role, signal } = this.#options;
    const needed = ['abi_version_v1', 'get_supported_telemetry', 'start', 'shutdown'];
    if (role === 'receiver') needed.push(`start_${signal}_receiver`);
    else needed.push('alloc', `consume_${signal}`);
    const missing = needed.map(name => this.#name(name)).filter(name => !(name in this.#exports));
    if (missing.length > 0) throw new Error(`the guest does not export ${missing.join(', ')}`);
    if (!(this.#function('get_supported_telemetry')() & BITS[signal]))
      throw new Error(`the guest does not support ${signal}`);
  }

  #call(name: string, ...values: number[]): StrictOutcome {
    this.#reason = undefined;
    this.#result = undefined;
    this.#results = 0;
    const status = this.#function(name)(...values);
    return { status, reason: this.#reason, result: this.#result, results: this.#results };
  }

  #copy(pointer: number, size: number): Uint8Array {
    const end = (pointer >>> 0) + (size >>> 0);
    if (end > this.#memory.buffer.byteLength) throw new Error(`${size} bytes at ${pointer}: out of memory`);
    return new Uint8Array(this.#memory.buffer).slice(pointer >>> 0, end);
  }

  #functions(): WebAssembly.ModuleImports {
    const setResult = (signal: Signal) => (pointer: number, size: number) => {
      const bytes = this.#copy(pointer, size);
      if (signal !== this.#options.signal) return;
      this.#result = bytes;
      this.#results++;
      this.#emit?.(bytes);
    };
    const functions: Record<string, (...values: number[]) => number | void> = {
      set_result_traces: setResult('traces'),
      set_result_metrics: setResult('metrics'),
      set_result_logs: setResult('logs'),
      get_plugin_config: (buffer, limit) => {
        const json = Buffer.from(this.#options.pluginConfig);
        if (json.length > limit >>> 0) return 0;
        new Uint8Array(this.#memory.buffer).set(json, buffer >>> 0);
        return json.length;
      },
      set_status_reason: (pointer, size) => {
        this.#reason = Buffer.from(this.#copy(pointer, size)).toString();
      },
      get_shutdown_requested: () => Number(this.#shutdownRequested),
    };
    return Object.fromEntries(Object.entries(functions).map(([name, f]) => [this.#name(name), f]));
  }
}
