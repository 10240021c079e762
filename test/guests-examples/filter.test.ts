import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Guest } from '../assembly/harness';
import { attributesOf, Span, type SpanInput, spansOf, traces, TracesData } from '../assembly/otlp';
import { runs } from '../support/runs';

const namesOf = (spans: { name: string }[]) => spans.map(({ name }) => name);

/** Names of the spans that a filter with this configuration keeps. */
function kept(config: unknown, spans: SpanInput[]): string[] {
  const input = traces(spans);
  const { status, reason, results } = Guest.load('filter', config).consume('traces', input);
  assert.equal(status, 0, reason);
  return namesOf(spansOf(results[0] ?? input));
}

describe('guest filter (AssemblyScript)', () => {
  const spans: SpanInput[] = [
    { name: 'health', attributes: { 'url.path': '/healthz' } },
    { name: 'target', attributes: { 'http.target': '/healthz?probe=1' } },
    { name: 'route', attributes: { 'http.route': '/internal/jobs' } },
    { name: 'error', attributes: { 'url.path': '/api', 'http.response.status_code': 500 }, status: 2 },
    { name: 'ok', attributes: { 'url.path': '/api', cached: true, ratio: 0.5 }, status: 1, kind: 3 },
    { name: 'none' },
  ];

  for (const { title, config, drops } of [
    { title: 'nothing without configuration', config: null, drops: [] as string[] },
    { title: 'paths', config: { drop: ['/healthz'] }, drops: ['health', 'target'] },
    { title: 'path globs', config: { drop: ['/internal/*'] }, drops: ['route'] },
    {
      title: 'an attribute that equals a string, number or boolean',
      config: {
        drop: [
          { attribute: 'url.path', equals: '/healthz' },
          { attribute: 'http.response.status_code', equals: 500 },
          { attribute: 'cached', equals: true },
        ],
      },
      drops: ['health', 'error', 'ok'],
    },
    {
      title: 'a number in a double',
      config: { drop: [{ attribute: 'ratio', equals: 0.5 }] },
      drops: ['ok'],
    },
    {
      title: 'prefixes',
      config: { drop: [{ attribute: 'url.path', prefix: '/a' }] },
      drops: ['error', 'ok'],
    },
    { title: 'globs', config: { drop: [{ attribute: 'url.path', glob: '/*lth?' }] }, drops: ['health'] },
    { title: 'existence', config: { drop: [{ attribute: 'http.route', exists: true }] }, drops: ['route'] },
    {
      title: 'absence, and several conditions of an entry',
      config: { drop: [{ attribute: 'url.path', exists: false, name: { prefix: 'n' } }] },
      drops: ['none'],
    },
    {
      title: 'several attributes together',
      config: { drop: [{ attributes: { 'url.path': { prefix: '/' }, cached: true } }] },
      drops: ['ok'],
    },
    { title: 'names', config: { drop: [{ name: 'ok' }, { name: { glob: 'r*e' } }] }, drops: ['ok', 'route'] },
    { title: 'status', config: { drop: [{ status: 'error' }] }, drops: ['error'] },
    {
      title: 'status unset',
      config: { drop: [{ status: 'unset', attribute: 'url.path', exists: true }] },
      drops: ['health'],
    },
    { title: 'kind', config: { drop: [{ kind: 'client' }] }, drops: ['ok'] },
    {
      title: 'everything except keep',
      config: { drop: [{ name: { glob: '*' } }], keep: [{ status: 'error' }] },
      drops: ['health', 'target', 'route', 'ok', 'none'],
    },
  ]) {
    it(`drops ${title}`, () => {
      const expected = namesOf(spans as { name: string }[]).filter(name => !drops.includes(name));
      assert.deepEqual(kept(config, spans), expected);
    });
  }

  for (const { glob, pattern } of [
    { glob: '*x?', pattern: /^.*x[^]$/u },
    // Spans without "ab" and "xa" are never looked into.
    { glob: '*xa?', pattern: /^.*xa[^]$/u },
  ]) {
    it(`keeps exactly the spans that a filter in JavaScript keeps, byte for byte: ${glob}`, () => {
      const guest = Guest.load('filter', {
        drop: [{ attribute: 'k', prefix: 'ab' }, { name: { glob } }],
      });
      const text = fc.string({ unit: fc.constantFrom('a', 'b', 'x', 'ü', '😀'), maxLength: 4 });
      const input = fc.record({
        name: text,
        attributes: fc.dictionary(
          fc.constantFrom('k', 'j', 'kk'),
          fc.oneof(text, fc.integer(), fc.array(text)),
        ),
        events: fc.array(fc.record({ k: text }), { maxLength: 2 }),
      });
      fc.assert(
        fc.property(fc.array(input, { maxLength: 12 }), spans => {
          const bytes = traces(spans);
          const { results } = guest.consume('traces', bytes);
          const expected = spansOf(bytes).filter(span => {
            const { k } = attributesOf(span);
            return !(typeof k === 'string' && k.startsWith('ab')) && !pattern.test(span.name);
          });
          const actual = spansOf(results[0] ?? bytes);
          assert.deepEqual(
            actual.map(s => Buffer.from(Span.encode(s).finish()).toString('hex')),
            expected.map(s => Buffer.from(Span.encode(s).finish()).toString('hex')),
          );
          assert.equal(results.length, expected.length === spans.length ? 0 : 1);
        }),
        { numRuns: runs(500) },
      );
    });
  }

  it('sets no result when nothing changed, and an empty one when everything is dropped', () => {
    const guest = Guest.load('filter', { drop: ['/healthz'] });
    assert.deepEqual(guest.consume('traces', traces([{}])).results, []);
    assert.deepEqual(guest.consume('traces', new Uint8Array(0)).results, []);
    const all = guest.consume('traces', traces([{ attributes: { 'url.path': '/healthz' } }]));
    assert.deepEqual(
      all.results.map(bytes => bytes.length),
      [0],
    );
  });

  it('drops scopes and resources that become empty, and corrects every length', () => {
    const scope = (name: string, ...paths: string[]) => ({
      scope: { name },
      spans: paths.map(
        (path, i) => spansOf(traces([{ name: `${name}${i}`, attributes: { 'url.path': path } }]))[0],
      ),
      schemaUrl: 'schema',
    });
    const many = Array.from({ length: 40 }, (_, i) => (i % 2 ? '/x' : '/healthz'));
    const bytes = TracesData.encode({
      resourceSpans: [
        { resource: {}, scopeSpans: [scope('a', '/healthz'), scope('b', ...many), scope('c', '/x')] },
        { resource: {}, scopeSpans: [scope('d', '/healthz'), scope('e', '/healthz')], schemaUrl: 'r' },
        { resource: {}, scopeSpans: [scope('f', '/x', '/healthz')], schemaUrl: 's' },
        { resource: {}, scopeSpans: [] },
      ],
    }).finish();
    const { results } = Guest.load('filter', { drop: ['/healthz'] }).consume('traces', bytes);
    const shape = TracesData.decode(results[0]).resourceSpans.map(
      (r: {
        schemaUrl: string | null;
        scopeSpans: { scope: { name: string }; spans: object[]; schemaUrl: string }[];
      }) =>
        (r.schemaUrl ?? '') +
        r.scopeSpans.map(s => ` ${s.scope.name}${s.spans.length}${s.schemaUrl}`).join(''),
    );
    assert.deepEqual(shape, [' b20schema c1schema', 's f1schema', '']);
  });

  it('keeps unknown fields', () => {
    const unknown = Uint8Array.from([0xa2, 0x06, 3, 1, 2, 3]); // field 100, three bytes
    const length = (bytes: Uint8Array) => [bytes.length];
    const spanOf = (path: string) =>
      Buffer.concat([
        Span.encode(spansOf(traces([{ attributes: { 'url.path': path } }]))[0]).finish(),
        unknown,
      ]);
    const field = (tag: number, bytes: Uint8Array) =>
      Buffer.concat([Uint8Array.from([tag, ...length(bytes)]), bytes]);
    const scope = Buffer.concat([
      unknown,
      field(0x12, spanOf('/healthz')),
      field(0x12, spanOf('/x')),
      unknown,
    ]);
    const small = (bytes: Buffer) =>
      Buffer.concat([Uint8Array.from([0x80 | (bytes.length & 127), bytes.length >> 7]), bytes]);
    const group = Buffer.concat([Uint8Array.from([0x12]), small(scope), unknown]);
    const batch = Buffer.concat([unknown, Uint8Array.from([0x0a]), small(group), unknown]);
    const { results, reason } = Guest.load('filter', { drop: ['/healthz'] }).consume('traces', batch);
    assert.equal(reason, undefined);
    const expectedScope = Buffer.concat([unknown, field(0x12, spanOf('/x')), unknown]);
    const expectedGroup = Buffer.concat([field(0x12, expectedScope), unknown]);
    const head =
      expectedGroup.length < 128
        ? field(0x0a, expectedGroup)
        : Buffer.concat([Uint8Array.from([0x0a]), small(expectedGroup)]);
    assert.equal(
      Buffer.from(results[0]).toString('hex'),
      Buffer.concat([unknown, head, unknown]).toString('hex'),
    );
  });
});
