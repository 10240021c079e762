import assert from 'node:assert/strict';
import { ExportResultCode } from '@opentelemetry/core';
import type {
  AdapterStats,
  ConsumerOptions,
  Guests,
  OtelWasmError,
  OtelWasmErrorCode,
  Signal,
} from '../../src';
import { type OtlpServer, startOtlpServer } from '../support/otlpServer';
import { ADAPTERS, type Driven } from './adapters';
import { guestFor } from './guestFor';
import { itemNames } from './itemNames';

type Counted = Partial<Pick<AdapterStats, 'itemsOut' | 'itemsDropped' | 'itemsAdded' | 'itemsFailed'>>;

/** One behaviour of a guest, and what comes of a batch of items behind a processor and behind an exporter. */
interface Scenario {
  readonly what: string;
  readonly guests: (signal: Signal) => Promise<Guests>;
  readonly options?: ConsumerOptions;
  /** Run on a thread behind an exporter as well: starting one takes long, and the runners' own tests compare the two. */
  readonly inWorkerToo?: true;
  readonly items: readonly string[];
  /** What leaves a processor, in any order. */
  readonly arrives: readonly string[];
  readonly counted: Counted;
  /** Where an exporter differs: what it returns goes nowhere. */
  readonly countedByExporter?: Counted;
  /** The error that an exporter calls back with. */
  readonly failure?: { readonly code: OtelWasmErrorCode; readonly says: RegExp };
}

const ABC = ['a', 'b', 'c'];
const fixture = (name: string) => (signal: Signal) => guestFor(signal, name);

/** Larger than the room of `allocFailsAbove1000Bytes` all together, smaller each. */
const LONG = ['a', 'b', 'c', 'd'].map(letter => letter.repeat(200));

const SCENARIOS: readonly Scenario[] = [
  {
    what: 'leaves the batch unchanged',
    guests: fixture('unchanged'),
    items: ABC,
    arrives: ABC,
    counted: { itemsOut: 3 },
  },
  {
    what: 'returns another batch',
    guests: fixture('echoesTwice'),
    inWorkerToo: true,
    items: ABC,
    arrives: [...ABC, ...ABC],
    counted: { itemsOut: 6, itemsAdded: 3 },
    countedByExporter: { itemsOut: 3 },
  },
  {
    what: 'returns nothing at all',
    guests: fixture('dropsEverything'),
    items: ABC,
    arrives: [],
    counted: { itemsDropped: 3 },
    countedByExporter: { itemsOut: 3 },
  },
  {
    what: 'returns an error status with a reason',
    guests: fixture('refusesWithReason'),
    inWorkerToo: true,
    items: ABC,
    arrives: [],
    counted: { itemsFailed: { GUEST_STATUS: 3 } },
    failure: { code: 'GUEST_STATUS', says: /returned status 1: the first batch: nö$/ },
  },
  {
    what: 'returns an error status, with onError passthrough',
    guests: fixture('refusesWithReason'),
    options: { onError: 'passthrough' },
    items: ABC,
    arrives: ABC,
    counted: { itemsOut: 3 },
    // Behind an exporter there is nobody to pass through to.
    countedByExporter: { itemsFailed: { GUEST_STATUS: 3 } },
    failure: { code: 'GUEST_STATUS', says: /returned status 1: the first batch: nö$/ },
  },
  {
    what: 'traps on one item of the batch',
    guests: fixture('obeysSpanNames'),
    items: ['a', 'b.TRAP', 'c'],
    arrives: ['a', 'c'],
    counted: { itemsOut: 2, itemsFailed: { GUEST_TRAP: 1 } },
    failure: { code: 'GUEST_TRAP', says: /unreachable/ },
  },
  {
    what: 'traps always',
    guests: fixture('traps'),
    items: ABC,
    arrives: [],
    counted: { itemsFailed: { GUEST_TRAP: 3 } },
    failure: { code: 'GUEST_TRAP', says: /unreachable/ },
  },
  {
    what: 'exits',
    guests: fixture('obeysSpanNames'),
    items: ['a', 'b.EXIT'],
    arrives: ['a'],
    counted: { itemsOut: 1, itemsFailed: { GUEST_EXIT: 1 } },
    failure: { code: 'GUEST_EXIT', says: /exited with code 1/ },
  },
  {
    what: 'exceeds the time limit on one item',
    guests: fixture('obeysSpanNames'),
    options: { guestTimeoutMillis: 150, startTimeoutMillis: 10_000 },
    items: ['a', 'b.LOOP'],
    arrives: ['a'],
    counted: { itemsOut: 1, itemsFailed: { GUEST_TIMEOUT: 1 } },
    failure: { code: 'GUEST_TIMEOUT', says: /guestTimeoutMillis \(150\)/ },
  },
  {
    what: 'cannot allocate the whole batch',
    guests: fixture('allocFailsAbove1000Bytes'),
    items: LONG,
    arrives: LONG,
    counted: { itemsOut: 4 },
  },
  {
    what: 'cannot allocate any item',
    guests: fixture('allocReturnsZero'),
    items: ABC,
    arrives: [],
    counted: { itemsFailed: { ALLOC_FAILED: 3 } },
    failure: { code: 'ALLOC_FAILED', says: /alloc returned 0/ },
  },
  {
    what: 'returns bytes that are not OTLP',
    guests: fixture('garbles'),
    items: ABC,
    arrives: [],
    counted: { itemsFailed: { GUEST_OUTPUT: 3 } },
    countedByExporter: { itemsOut: 3 },
  },
  {
    what: 'is the second of a chain whose first doubles',
    guests: async signal => [await guestFor(signal, 'echoesTwice'), await guestFor(signal, 'unchanged')],
    items: ABC,
    arrives: [...ABC, ...ABC],
    counted: { itemsOut: 6, itemsAdded: 3 },
  },
  {
    what: 'is the second of a chain whose first drops everything',
    guests: async signal => [await guestFor(signal, 'dropsEverything'), await guestFor(signal, 'traps')],
    items: ABC,
    arrives: [],
    counted: { itemsDropped: 3 },
  },
  {
    what: 'is the second of a chain, and fails with its own onError',
    guests: async signal => [
      { guest: await guestFor(signal, 'echoesTwice') },
      { guest: await guestFor(signal, 'traps'), onError: 'passthrough' },
    ],
    items: ['a'],
    arrives: ['a', 'a'],
    counted: { itemsOut: 2, itemsAdded: 1 },
    countedByExporter: { itemsAdded: 1, itemsFailed: { GUEST_TRAP: 2 } },
    failure: { code: 'GUEST_TRAP', says: /unreachable/ },
  },
];

const IN_WORKER = SCENARIOS.filter(({ inWorkerToo }) => inWorkerToo);

for (const isolation of ['inline', 'worker'] as const) {
  for (const kind of ADAPTERS) {
    describe(`${kind.name}, ${isolation}, with a guest that`, () => {
      let server: OtlpServer;
      let driven: Driven | undefined;
      beforeEach(async () => (server = await startOtlpServer()));
      afterEach(async () => {
        await driven?.shutdown();
        await server.close();
      });

      // A processor's whole pipeline is on that thread: all of it is looked at, in the short form for one signal.
      const isWhole = process.env.FULL_TESTS !== undefined || kind.signal === 'traces';
      const all = isolation === 'inline' || (kind.role === 'processor' && isWhole);
      for (const scenario of all ? SCENARIOS : IN_WORKER) {
        it(scenario.what, async () => {
          const guests = await scenario.guests(kind.signal);
          const options = { ...scenario.options, isolation };
          driven = kind.drive(guests, options, {
            otlp: { url: server.url },
          });
          await driven.adapter.ready();
          const isExporter = kind.role === 'exporter';
          const failure = isExporter ? scenario.failure : undefined;

          // The SDK's own flush may tell of a failed export; what the adapter says is looked at below.
          await driven.record(...scenario.items).catch(() => assert.ok(failure));

          const arrived = server.requests.flatMap(({ payload }) => itemNames(kind.signal, payload));
          assert.deepEqual(arrived.sort(), isExporter ? [] : [...scenario.arrives].sort());
          assert.deepEqual(counted(driven.adapter.stats), {
            ...NOTHING,
            itemsIn: scenario.items.length,
            ...((isExporter && scenario.countedByExporter) || scenario.counted),
          });
          for (const { code, error } of driven.results) {
            assert.equal(code, failure ? ExportResultCode.FAILED : ExportResultCode.SUCCESS);
            assert.equal((error as OtelWasmError | undefined)?.code, failure?.code);
            if (failure) assert.match(error?.message ?? '', failure.says);
          }
          if (isExporter) assert.equal(driven.results.length, 1);
        });
      }
    });
  }
}

const NOTHING = { itemsOut: 0, itemsDropped: 0, itemsAdded: 0, itemsFailed: {} };

function counted({ itemsIn, itemsOut, itemsDropped, itemsAdded, itemsFailed }: AdapterStats): object {
  return { itemsIn, itemsOut, itemsDropped, itemsAdded, itemsFailed };
}
