import assert from 'node:assert/strict';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { Guests, Signal } from '../../src';
import * as decodeEnvelopes from '../../src/otlp/decode/decodeEnvelopes';
import { assemble } from '../support/guests';
import { type OtlpServer, startOtlpServer } from '../support/otlpServer';
import { ADAPTERS, type AdapterKind, exporterOf, type Next, PROCESSORS } from './adapters';
import { guestFor } from './guestFor';
import { itemNames } from './itemNames';

const MARK = '(data (i32.const 16) "\\7a\\04mark")';

/** Hands every batch on with a field behind it that OTLP does not know: it would not survive a decoder. */
function marks(signal: Signal): Promise<Uint8Array> {
  return assemble(`(module
    (import "opentelemetry.io/wasm" "set_result_${signal}" (func $set_result (param i32 i32)))
    (memory (export "memory") 16)
    (func (export "abi_version_v1"))
    (func (export "alloc") (param i32) (result i32) (i32.const 65536))
    (func (export "start") (result i32) (i32.const 0))
    (func (export "shutdown") (result i32) (i32.const 0))
    (func (export "consume_${signal}") (param $pointer i32) (param $size i32) (result i32)
      (call $set_result (local.get $pointer) (local.get $size))
      (call $set_result (i32.const 16) (i32.const 6))
      (i32.const 0))
    ${MARK})`);
}

/** How often something was decoded: all decoders walk the envelopes first. */
function countDecodes(): { count: number; restore(): void } {
  const module = decodeEnvelopes;
  const original = module.visitEnvelopes;
  const counter = { count: 0, restore: () => void (module.visitEnvelopes = original) };
  module.visitEnvelopes = (...call) => {
    counter.count++;
    original(...call);
  };
  return counter;
}

const takesAnything = {
  export: (_batch: unknown, callback: (result: ExportResult) => void) =>
    callback({ code: ExportResultCode.SUCCESS }),
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
};

describe('bytes pass unchanged', () => {
  let server: OtlpServer;
  let decodes: ReturnType<typeof countDecodes>;
  beforeEach(async () => {
    server = await startOtlpServer();
    decodes = countDecodes();
  });
  afterEach(async () => {
    decodes.restore();
    await server.close();
  });
  const otlp = (): Next => ({ otlp: { url: server.url } });

  /** Sends items through, and returns what came to the server. */
  async function run(kind: AdapterKind, guests: Guests, next: Next): Promise<Uint8Array[]> {
    const driven = kind.drive(guests, {}, next);
    await driven.record('a', 'b');
    await driven.shutdown();
    assert.equal(driven.adapter.stats.itemsOut, 2);
    return server.requests.map(({ payload }) => payload);
  }

  function assertMarked(signal: Signal, payloads: readonly Uint8Array[], times: number): void {
    assert.equal(payloads.length, 1);
    assert.deepEqual(itemNames(signal, payloads[0]), ['a', 'b']);
    const tail = Buffer.from(payloads[0].subarray(-6 * times)).toString('latin1');
    assert.equal(tail, 'z\x04mark'.repeat(times));
  }

  for (const kind of PROCESSORS) {
    const { signal } = kind;

    it(`from the guest of ${kind.name} to OTLP/HTTP`, async () => {
      assertMarked(signal, await run(kind, await marks(signal), otlp()), 1);
      assert.equal(decodes.count, 0);
    });

    it(`along the chain of ${kind.name}`, async () => {
      const guests = [await marks(signal), await guestFor(signal, 'echoes'), await marks(signal)];
      assertMarked(signal, await run(kind, guests, otlp()), 2);
      assert.equal(decodes.count, 0);
    });

    it(`from ${kind.name} to another one as its exporter`, async () => {
      const second = kind.drive(await marks(signal), {}, otlp()).adapter;
      assertMarked(signal, await run(kind, await marks(signal), { exporter: second }), 2);
      assert.equal(decodes.count, 0);
      assert.equal(second.stats.itemsIn, 2);
      assert.equal(second.state, 'stopped', 'it is ended as an exporter is');
    });

    it(`from ${kind.name} to ${exporterOf(kind).name}`, async () => {
      const exporter = exporterOf(kind).drive(await guestFor(signal, 'unchanged')).adapter;
      await run(kind, await marks(signal), { exporter });
      assert.equal(decodes.count, 0);
      assert.equal(exporter.stats.itemsOut, 2);
    });

    it(`from ${kind.name} on a separate thread`, async () => {
      const guests = [{ guest: await marks(signal), isolation: 'worker' } as const];
      assertMarked(signal, await run(kind, guests, otlp()), 1);
      assert.equal(decodes.count, 0);
    });

    it(`but are decoded once from ${kind.name} to an exporter of the SDK`, async () => {
      await run(kind, await marks(signal), { exporter: takesAnything });
      assert.equal(decodes.count, 1);
    });

    it(`and a failure of ${exporterOf(kind).name} counts as one of ${kind.name}`, async () => {
      const exporter = exporterOf(kind).drive(await guestFor(signal, 'refusesWithReason')).adapter;
      const driven = kind.drive(await guestFor(signal, 'unchanged'), {}, { exporter });
      await driven.record('a', 'b').catch(() => undefined);
      assert.deepEqual(driven.adapter.stats.itemsFailed, { GUEST_STATUS: 2 });
      for (const { error } of driven.results) assert.match(error?.message ?? '', /the first batch: nö$/);
      await driven.shutdown();
    });

    it(`but ${kind.name} rejects an adapter of another signal as its exporter`, async () => {
      const other = ADAPTERS.filter(({ role, signal: s }) => role === 'exporter' && s !== signal)[0];
      const { adapter } = other.drive(await guestFor(other.signal, 'unchanged'));
      const guest = await guestFor(signal, 'unchanged');
      assert.throws(() => kind.drive(guest, {}, { exporter: adapter }), {
        code: 'INVALID_OPTION',
        message: `exporter is "an adapter for ${other.signal}": allowed is one for ${signal}`,
      });
    });
  }
});
