import assert from 'node:assert/strict';
import {
  type AbiFunction,
  EXPERIMENTAL_EXPORTS,
  EXPERIMENTAL_IMPORTS,
  EXPORTS,
  HOST_FUNCTIONS,
  HOST_MODULES,
} from '../../src/abi/functions';
import { type Role, type Signal, SIGNALS } from '../../src/abi/signal';
import { loadGuest } from '../../src/guest';
import { assemble, guestWith } from '../support/guests';
import { bytes, MEBIBYTE, started } from '../sandbox/fuel/instantiated';

/** Every function of a table of the contract, also those that the table has by signal. */
const rowsOf = (table: object): AbiFunction[] =>
  Object.values(table).flatMap((entry: AbiFunction | Record<Signal, AbiFunction>) =>
    'names' in entry ? [entry] : Object.values(entry),
  );
const EXPORT_ROWS = rowsOf(EXPORTS);
const HOST_ROWS = rowsOf(HOST_FUNCTIONS);

/** How a guest calls the functions of the contract. */
interface Naming {
  /** The names under which it exports a function: one, or both. */
  readonly exported: (row: AbiFunction) => readonly string[];
  readonly imported: (row: AbiFunction) => readonly [module: string, name: string];
}

const V1: Naming = {
  exported: ({ names }) => [names[0]],
  imported: ({ names }) => [HOST_MODULES[0], names[0]],
};
const V010: Naming = {
  exported: ({ names }) => [names[1]],
  imported: ({ names }) => [HOST_MODULES[1], names[1]],
};

/** What the exports of the guest do after they have logged their v1 name; `$host` functions by their v1 names. */
const BODIES: Readonly<Record<string, string>> = {
  alloc: '(i32.const 65536)',
  // Logs its configuration.
  start:
    '(call $log (i32.const 3) (i32.const 4096) (call $get_plugin_config (i32.const 4096) (i32.const 99))) (i32.const 0)',
  // Refuses, with its own name as the reason.
  shutdown: '(call $set_status_reason (i32.const 3072) (i32.const 3)) (i32.const 5)',
  get_supported_telemetry: '(i32.const 7)',
  ...Object.fromEntries(
    SIGNALS.flatMap(signal => [
      [`consume_${signal}`, `(call $set_result_${signal} (local.get 0) (local.get 1)) (i32.const 0)`],
      [
        `start_${signal}_receiver`,
        `(loop $again (call $set_result_${signal} (i32.const 3072) (i32.const 3))
           (br_if $again (i32.eqz (call $get_shutdown_requested))))`,
      ],
    ]),
  ),
};

/** A guest for every role and signal that uses every function of the ABI, with one naming. */
function guestIn(naming: Naming): Promise<Uint8Array> {
  const typed = ({ signature: { parameters, results } }: AbiFunction): string =>
    [...parameters.map(type => `(param ${type})`), ...results.map(type => `(result ${type})`)].join(' ');
  const imports = HOST_ROWS.map(row => {
    const [module, name] = naming.imported(row);
    return `(import "${module}" "${name}" (func $${row.names[0]} ${typed(row)}))`;
  });
  const exports = EXPORT_ROWS.map((row, index) => {
    const [first, ...others] = naming.exported(row);
    const [v1] = row.names;
    const body = row === EXPORTS.marker ? 'unreachable' : BODIES[v1];
    assert.ok(body, `this test does not use ${v1} yet`);
    return `(data (i32.const ${index * 64}) "${v1}")
      (func (export "${first}") ${typed(row)}
        (call $log (i32.const 2) (i32.const ${index * 64}) (i32.const ${v1.length})) ${body})
      ${others.map(name => `(func (export "${name}") ${typed(row)} unreachable)`).join('\n')}`;
  });
  const memory = '(memory (export "memory") 2) (data (i32.const 3072) "bye")';
  return assemble(`(module ${[...imports, memory, ...exports].join('\n')})`);
}

/** Everything that a host sees of a guest, from start to shutdown, in one role. */
async function lifecycleOf(guest: Uint8Array, role: Role, signal: Signal) {
  const emitted: string[] = [];
  const { instance, lines } = await started(guest, {
    role,
    signal,
    pluginConfigJson: '"configured"',
    shutdownRequested: () => emitted.length === 2,
    ...(role === 'receiver' && {
      emit: (of: Signal, item: Uint8Array) => emitted.push(`${of}: ${Buffer.from(item).toString()}`),
    }),
  });
  const consumed = role === 'receiver' ? instance.runReceiver() : instance.consume(bytes(10, 0));
  const outcome =
    typeof consumed !== 'object'
      ? undefined
      : 'bytes' in consumed
        ? { status: consumed.status, bytes: consumed.bytes }
        : consumed;
  return { lines, outcome, emitted, shutdown: instance.shutdown()?.message };
}

/** The same, as the ABI specifies it. */
function expectedLifecycle(role: Role, signal: Signal): Awaited<ReturnType<typeof lifecycleOf>> {
  const begin = ['info: get_supported_telemetry', 'info: start', 'warn: "configured"'];
  const ignored = `debug: set_result_${signal} is ignored: this call does not accept ${signal}`;
  const called = role === 'receiver' ? [`start_${signal}_receiver`] : ['alloc', `consume_${signal}`];
  return {
    lines: [
      ...begin,
      ...called.map(name => `info: ${name}`),
      ...(role === 'exporter' ? [ignored] : []),
      'info: shutdown',
    ],
    outcome: {
      processor: { status: 'changed' as const, bytes: bytes(10, 0) },
      exporter: { status: 'unchanged' as const },
      receiver: undefined,
      connector: undefined,
    }[role],
    emitted: role === 'receiver' ? [`${signal}: bye`, `${signal}: bye`] : [],
    shutdown: 'shutdown() returned status 5: bye',
  };
}

const ROLES: readonly Role[] = ['processor', 'exporter', 'receiver'];

async function assertLifecycle(naming: Naming): Promise<void> {
  const guest = await guestIn(naming);
  for (const role of ROLES) {
    for (const signal of SIGNALS)
      assert.deepEqual(
        await lifecycleOf(guest, role, signal),
        expectedLifecycle(role, signal),
        `${signal} ${role}`,
      );
  }
}

/** The naming with another name for one function. */
const exporting = (naming: Naming, row: AbiFunction, ...names: string[]): Naming => ({
  ...naming,
  exported: other => (other === row ? names : naming.exported(other)),
});
const importing = (naming: Naming, row: AbiFunction, module: string, name: string): Naming => ({
  ...naming,
  imported: other => (other === row ? [module, name] : naming.imported(other)),
});

/** Every row of the ABI's tables under each of its names; the names themselves are checked in test/abi. */
describe('names of exports and imports', () => {
  it('all exports except the marker are called in the lifecycle of these guests', () => {
    const lines = ROLES.flatMap(role => SIGNALS.flatMap(signal => expectedLifecycle(role, signal).lines));
    for (const { names } of EXPORT_ROWS)
      assert.equal(lines.includes(`info: ${names[0]}`), names !== EXPORTS.marker.names, names[0]);
  });

  it('a guest with v1 names and one with 0.1.0 names behave alike', async () => {
    await assertLifecycle(V1);
    await assertLifecycle(V010);
  });

  it('accepts marker and lifecycle of v1 with the other exports of 0.1.0', async () => {
    const { marker, start, shutdown } = EXPORTS;
    const ofV1 = [marker, start, shutdown];
    await assertLifecycle({ ...V010, exported: row => (ofV1.includes(row) ? V1 : V010).exported(row) });
  });

  for (const row of EXPORT_ROWS) {
    const [v1, v010] = row.names;

    it(`accepts ${v1} or ${v010} independent of the other exports, and prefers ${v1}`, async () => {
      await assertLifecycle(exporting(V1, row, v010));
      await assertLifecycle(exporting(V010, row, v1));
      await assertLifecycle(exporting(V1, row, v1, v010));
    });
  }

  for (const row of HOST_ROWS) {
    for (const module of HOST_MODULES) {
      it(`accepts ${row.names.join(' or ')} from ${module} independent of the other imports`, async () => {
        for (const name of row.names) {
          await assertLifecycle(importing(V1, row, module, name));
          await assertLifecycle(importing(V010, row, module, name));
        }
      });
    }
  }

  it('accepts no other name', async () => {
    const refused = async (naming: Naming, role: Role, signal: Signal, message: RegExp): Promise<void> => {
      const guest = await guestIn(naming);
      assert.throws(() => loadGuest(guest, role, signal, MEBIBYTE), { code: 'ABI_MISMATCH', message });
    };
    for (const signal of SIGNALS) {
      for (const [role, row] of [
        ['processor', EXPORTS.consume[signal]],
        ['exporter', EXPORTS.consume[signal]],
        ['receiver', EXPORTS.startReceiver[signal]],
      ] as const) {
        const message = new RegExp(`"${row.names[0]}" \\(or "${row.names[1]}"\\) is missing`);
        await refused(exporting(V1, row, `otelwasm.${row.names[0]}`), role, signal, message);
      }
    }
    for (const row of HOST_ROWS) {
      const message = new RegExp(`"${row.names[0]}_v2" from "otelwasm" is not a function of the ABI`);
      await refused(importing(V1, row, 'otelwasm', `${row.names[0]}_v2`), 'processor', 'traces', message);
    }
  });

  describe('rejects the retired experimental ABI by name', () => {
    const refused = {
      code: 'ABI_MISMATCH',
      message: /the guest uses the retired experimental ABI .* build it with an ABI v1 guest SDK/,
    };
    for (const name of EXPERIMENTAL_EXPORTS) {
      it(`by its export ${name}`, async () => {
        const guest = await guestWith({ marker: '', more: `(func (export "${name}"))` });
        assert.throws(() => loadGuest(guest, 'processor', 'traces', MEBIBYTE), refused);
      });
    }
    for (const name of EXPERIMENTAL_IMPORTS) {
      for (const module of HOST_MODULES) {
        it(`by its import ${name} from ${module}`, async () => {
          const guest = await guestWith({ marker: '', imports: `(import "${module}" "${name}" (func))` });
          assert.throws(() => loadGuest(guest, 'processor', 'traces', MEBIBYTE), refused);
        });
      }
    }
  });
});
