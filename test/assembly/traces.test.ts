import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compile } from './compile';
import { Guest } from './harness';
import { attributesOf, keyValues, spansOf, TracesData } from './otlp';
import { runs } from '../support/runs';

// Compiled together: compiling takes seconds.
const SOURCES = {
  // Says of each trace what it saw, in the attributes of its spans, and drops one that has a span named so.
  traces: `
    import { Resource, Scope, Span, Trace, Value, fail } from 'otelwasm/assembly';
    export function onTrace(trace: Trace): bool {
      let drops = false;
      let seen = '';
      let roots = '';
      while (trace.next()) {
        const span = trace.span;
        if (!span.traceId.equals(trace.id) && trace.id.size != 0) fail('a span of another trace');
        if (!span.resource.attributes.text('home').equals(span.attributes.text('home'))) fail('not its resource');
        if (!span.scope.name.equals(span.attributes.text('scope'))) fail('not its scope');
        if (span.name.is('drop')) drops = true;
        seen += span.attributes.text('key').toString();
        if (trace.isRoot) roots += span.attributes.text('key').toString();
      }
      if (trace.length != seen.length) fail('not as many as said');
      trace.rewind();
      while (trace.next()) {
        trace.span.attributes.set('seen', Value.text(seen));
        if (trace.span.name.is('rename')) trace.span.setName('renamed');
      }
      if (trace.findRoot()) trace.span.attributes.set('roots', Value.text(roots));
      return !drops;
    }
    export function onResource(resource: Resource): bool { return !resource.attributes.text('home').is('dropped'); }
    export function onScope(scope: Scope): bool { return !scope.name.is('dropped'); }
    export function onSpan(span: Span): bool {
      span.attributes.set('walked', Value.bool(true));
      return !span.name.is('drop one');
    }`,
  looks: `
    import { Trace } from 'otelwasm/assembly';
    export function onTrace(trace: Trace): bool { return trace.length < 3; }`,
  roots: `
    import { Trace } from 'otelwasm/assembly';
    export function onTrace(trace: Trace): bool { return trace.findRoot() && trace.span.name.is('root'); }`,
  resources: `
    import { Trace, Value } from 'otelwasm/assembly';
    export function onTrace(trace: Trace): bool {
      if (trace.next()) trace.span.resource.attributes.set('a', Value.bool(true));
      return true;
    }`,
};

interface Given {
  readonly trace: number;
  readonly id: number;
  readonly parent: number;
  readonly name: string;
  readonly hasId: boolean;
}

const traceId = (trace: number): Buffer => Buffer.concat([Buffer.alloc(8), Buffer.alloc(8, trace)]);
const spanId = (id: number): Buffer => Buffer.alloc(8, id + 1);

const someSpan = fc.record<Given>({
  trace: fc.integer({ min: 0, max: 3 }),
  id: fc.integer({ min: 0, max: 5 }),
  parent: fc.integer({ min: -1, max: 5 }),
  name: fc.constantFrom('a', 'b', 'rename', 'drop', 'drop one'),
  hasId: fc.boolean().map(isMissing => !isMissing),
});
const someBatch = fc.array(
  fc.record({
    home: fc.constantFrom('x', 'y', 'dropped'),
    scopes: fc.array(
      fc.record({
        scope: fc.constantFrom('s', 't', 'dropped'),
        spans: fc.array(someSpan, { maxLength: 6 }),
      }),
      { maxLength: 3 },
    ),
  }),
  { maxLength: 3 },
);

describe('guest SDK: whole traces', function () {
  this.timeout(60_000);

  let guests: Record<keyof typeof SOURCES, WebAssembly.Module>;
  before(() => {
    guests = compile(SOURCES);
  });

  it('arrive once each with all spans and are kept or dropped as a whole', () => {
    const guest = new Guest(guests.traces);
    guest.start();
    fc.assert(
      fc.property(someBatch, groups => {
        // One letter a span, in the order of the batch.
        let letter = 0;
        const keyed = groups.map(({ home, scopes }) => ({
          home,
          scopes: scopes.map(({ scope, spans }) => ({
            scope,
            spans: spans.map(one => ({
              ...one,
              ...{ home, scope, key: String.fromCharCode(0x21 + letter++) },
            })),
          })),
        }));
        const all = keyed.flatMap(({ scopes }) => scopes.flatMap(({ spans }) => spans));
        const expected = all.flatMap(one => {
          const own = one.hasId ? all.filter(other => other.hasId && other.trace === one.trace) : [one];
          const ids = new Set(own.map(({ id }) => id));
          const roots = own.filter(({ parent }) => parent < 0 || !ids.has(parent));
          const isDropped = own.some(({ name }) => name === 'drop');
          if (isDropped || one.name === 'drop one' || one.home === 'dropped' || one.scope === 'dropped')
            return [];
          const { home, scope, key } = one;
          const seen = own.map(each => each.key).join('');
          const rootKeys = one === roots[0] ? { roots: roots.map(each => each.key).join('') } : {};
          const attributes = { home, scope, key, seen, ...rootKeys, walked: true };
          return [[one.name === 'rename' ? 'renamed' : one.name, attributes]];
        });
        const bytes = TracesData.encode({
          resourceSpans: keyed.map(({ home, scopes }) => ({
            resource: { attributes: keyValues({ home }) },
            scopeSpans: scopes.map(({ scope, spans }) => ({
              scope: { name: scope },
              spans: spans.map(({ trace, id, parent, name, hasId, ...attributes }) => ({
                ...{ traceId: hasId ? traceId(trace) : Buffer.of(1, 2), spanId: spanId(id), name },
                parentSpanId: parent < 0 ? undefined : spanId(parent),
                attributes: keyValues({
                  home: attributes.home,
                  scope: attributes.scope,
                  key: attributes.key,
                }),
              })),
            })),
          })),
        }).finish();
        const { status, reason, results } = guest.consume('traces', bytes);
        assert.equal(status, 0, reason);
        assert.deepEqual(
          spansOf(results[0] ?? bytes).map(one => [one.name, attributesOf(one)]),
          expected,
        );
      }),
      { numRuns: runs(500) },
    );
  });

  it('without changes pass byte for byte, without a result', () => {
    const guest = new Guest(guests.looks);
    guest.start();
    const batch = (counts: number[]): Uint8Array =>
      TracesData.encode({
        resourceSpans: [
          {
            scopeSpans: [
              {
                spans: counts.flatMap((count, trace) =>
                  Array.from({ length: count }, (_, id) => ({
                    traceId: traceId(trace + 1),
                    spanId: spanId(id),
                  })),
                ),
              },
            ],
          },
        ],
      }).finish();
    assert.deepEqual(guest.consume('traces', batch([2, 1, 2])).results, []);
    const [result] = guest.consume('traces', batch([2, 3, 1, 60])).results;
    assert.deepEqual(Buffer.from(result), Buffer.from(batch([2, 0, 1])));
    assert.deepEqual(guest.consume('traces', new Uint8Array()).results, []);
  });

  it('with very many spans are looked up in linear time', () => {
    const guest = new Guest(guests.roots);
    guest.start();
    const id = (index: number): Buffer => {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE(index + 1, 4);
      return bytes;
    };
    // A chain: each span is the parent of the one before, so the root comes last. Compared one by one: 1.25 billion.
    const count = 50_000;
    const spans = Array.from({ length: count }, (_, i) => ({
      ...{ traceId: traceId(1), spanId: id(i), name: i === count - 1 ? 'root' : 'child' },
      parentSpanId: i === count - 1 ? undefined : id(i + 1),
    }));
    const bytes = TracesData.encode({ resourceSpans: [{ scopeSpans: [{ spans }] }] }).finish();
    const before = process.cpuUsage().user;
    assert.deepEqual(guest.consume('traces', bytes).results, []);
    assert.ok(process.cpuUsage().user - before < 2_000_000);
  });

  it('cannot change a resource or a scope', () => {
    const guest = new Guest(guests.resources);
    guest.start();
    const bytes = TracesData.encode({
      resourceSpans: [{ resource: { attributes: keyValues({ b: 1 }) }, scopeSpans: [{ spans: [{}] }] }],
    }).finish();
    const { status, reason } = guest.consume('traces', bytes);
    assert.equal(status, 1);
    assert.match(reason ?? '', /onTrace changed a resource or a scope, which traces share/);
  });
});
