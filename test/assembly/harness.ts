import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type GuestFunction = (...args: number[]) => number;

/** The outcome of a call into a guest: its status, its reason, and its result for the next consumer. */
export interface Outcome {
  readonly status: number;
  readonly reason: string | undefined;
  readonly results: Uint8Array[];
}

/** `initialMemory` of asconfig.json: nothing that a guest usually does takes more. */
export const INITIAL_MEMORY_BYTES = 36 * 65_536;

export const GUESTS = join(__dirname, '../../build/guests');

/** A guest run by the smallest possible host, so that these tests depend on nothing but the ABI. */
export class Guest {
  /** The log of the guest: lines of stderr with their priority. */
  readonly logs: string[] = [];
  readonly memory: WebAssembly.Memory;
  pluginConfigJson: string;
  shutdownRequested = false;
  stdout = '';
  /** What the clock shows. */
  nanos = 1_700_000_000_000_000_000n;
  #reason: string | undefined;
  #results: Uint8Array[] = [];
  readonly #exports: Record<string, GuestFunction>;

  constructor(
    readonly module: WebAssembly.Module,
    pluginConfig: unknown = null,
    wasiFunctions: (guest: Guest) => WebAssembly.ModuleImports = () => ({}),
  ) {
    this.pluginConfigJson = JSON.stringify(pluginConfig);
    const host = this.#hostFunctions();
    const named = Object.fromEntries(Object.entries(host).map(([name, f]) => [`otelwasm_${name}`, f]));
    const instance = new WebAssembly.Instance(module, {
      'opentelemetry.io/wasm': { ...host, ...named },
      wasi_snapshot_preview1: { ...output(this), ...wasiFunctions(this) },
    });
    this.#exports = instance.exports as unknown as Record<string, GuestFunction>;
    this.memory = instance.exports.memory as WebAssembly.Memory;
  }

  static load(name: string, pluginConfig?: unknown): Guest {
    const guest = new Guest(loadModule(name), pluginConfig);
    const { status, reason } = guest.start();
    if (status !== 0) throw new Error(reason);
    return guest;
  }

  start(): Outcome {
    return this.#call('start');
  }

  shutdown(): Outcome {
    return this.#call('shutdown');
  }

  call(name: string, ...args: number[]): Outcome {
    return this.#call(name, ...args);
  }

  /** Consumes `bytes`; `output` below returns the bytes for the next consumer. */
  consume(signal: 'traces' | 'metrics' | 'logs', bytes: Uint8Array): Outcome {
    const pointer = bytes.length === 0 ? 0 : this.#exports.alloc(bytes.length) >>> 0;
    if (bytes.length > 0 && pointer === 0) throw new Error('alloc returned 0');
    new Uint8Array(this.memory.buffer).set(bytes, pointer);
    return this.#call(`consume_${signal}`, pointer, bytes.length);
  }

  /** The raw export, for what `consume` hides. */
  export(name: string): GuestFunction {
    return this.#exports[name];
  }

  #call(name: string, ...args: number[]): Outcome {
    this.#reason = undefined;
    this.#results = [];
    const status = this.#exports[name](...args);
    return { status, reason: this.#reason, results: this.#results };
  }

  copyOut(pointer: number, size: number): Uint8Array {
    return new Uint8Array(this.memory.buffer).slice(pointer >>> 0, (pointer >>> 0) + (size >>> 0));
  }

  #text(pointer: number, size: number): string {
    return Buffer.from(this.copyOut(pointer, size)).toString('utf8');
  }

  #hostFunctions() {
    const setResult = (pointer: number, size: number) => {
      this.#results.push(this.copyOut(pointer, size));
    };
    return {
      set_result_traces: setResult,
      set_result_metrics: setResult,
      set_result_logs: setResult,
      get_plugin_config: (buffer: number, limit: number) => {
        const json = Buffer.from(this.pluginConfigJson);
        if (json.length <= limit >>> 0) new Uint8Array(this.memory.buffer).set(json, buffer >>> 0);
        return json.length;
      },
      set_status_reason: (pointer: number, size: number) => {
        this.#reason = this.#text(pointer, size);
      },
      get_shutdown_requested: () => Number(this.shutdownRequested),
    };
  }
}

const STDOUT = 1;

/** WASI's output, which each guest needs to say why it aborts, a clock that stands still, and random bytes. */
function output(guest: Guest): WebAssembly.ModuleImports {
  const view = (): DataView => new DataView(guest.memory.buffer);
  return {
    clock_time_get(_clock: number, _precision: bigint, out: number): number {
      view().setBigUint64(out, guest.nanos, true);
      return 0;
    },
    random_get(pointer: number, size: number): number {
      crypto.getRandomValues(new Uint8Array(guest.memory.buffer, pointer, size));
      return 0;
    },
    fd_write(fd: number, vectors: number, count: number, written: number): number {
      let text = '';
      let size = 0;
      for (let at = vectors; at < vectors + 8 * count; at += 8) {
        const length = view().getUint32(at + 4, true);
        text += Buffer.from(guest.copyOut(view().getUint32(at, true), length)).toString();
        size += length;
      }
      if (fd === STDOUT) guest.stdout += text;
      else guest.logs.push(...text.trimEnd().split('\n'));
      view().setUint32(written, size, true);
      return 0;
    },
  };
}

const modules = new Map<string, WebAssembly.Module>();

/** A built guest of build/guests, by name. */
export function loadModule(name: string): WebAssembly.Module {
  let module = modules.get(name);
  if (module === undefined) {
    module = new WebAssembly.Module(readFileSync(join(GUESTS, `${name}.wasm`)));
    modules.set(name, module);
  }
  return module;
}
