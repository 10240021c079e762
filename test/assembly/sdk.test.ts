import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { compile, keptIn } from './compile';
import { Guest, INITIAL_MEMORY_BYTES, loadModule } from './harness';
import { attributesOf, httpSpans, keyValues, span, spansOf, traces, TracesData } from './otlp';
import { runs } from '../support/runs';

const ROOT = join(__dirname, '../..');

/** The varint of a length. */
function varint(size: number): number[] {
  return size < 0x80 ? [size] : [(size & 0x7f) | 0x80, ...varint(size >> 7)];
}

const field = (tag: number, content: Uint8Array) =>
  Buffer.concat([Uint8Array.from([tag, ...varint(content.length)]), content]);

/** The content of bytes that are one field. */
function contentOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return bytes;
  return bytes.subarray(bytes.findIndex((byte, i) => i > 0 && byte < 0x80) + 1);
}

const exportNames = (module: WebAssembly.Module) =>
  WebAssembly.Module.exports(module).map(({ name }) => name);
const importNames = (module: WebAssembly.Module) =>
  WebAssembly.Module.imports(module).map(i => `${i.module} ${i.name}`);

// Compiling takes seconds, so all guests of these tests are compiled together.
const SOURCES = {
  spans: `
    import { Span } from 'otelwasm/assembly';
    export function onSpan(span: Span): bool { return !span.name.is('drop'); }`,
  groups: `
    import { Resource } from 'otelwasm/assembly';
    export function onResource(resource: Resource): bool { return true; }`,
  stateful: `
    import { Span, fail } from 'otelwasm/assembly';
    const seen = new Map<string, i32>();
    export function onSpan(span: Span): bool {
      const name = span.name.toString();
      if (name == 'throw') throw new Error('cannot go on');
      if (name == 'fail') fail('asked to fail');
      seen.set(name, seen.has(name) ? seen.get(name) + 1 : 1);
      return seen.get(name) <= 2;
    }`,
  homes: `
    import { Span, Value, fail } from 'otelwasm/assembly';
    export function onSpan(span: Span): bool {
      const resource = span.resource.attributes;
      if (!resource.text('home').equals(span.attributes.text('home'))) fail('not its resource');
      if (!span.scope.name.equals(span.attributes.text('scope'))) fail('not its scope');
      if (span.name.is('touch')) resource.set('touched', Value.bool(true));
      return !span.name.is('drop');
    }`,
  edit: `
    import { Span, SpanKind, StatusCode, Value } from 'otelwasm/assembly';
    export function onSpan(span: Span): bool {
      span.setName(span.name.toString() + ' für');
      span.setKind(SpanKind.Client);
      span.setStatus(StatusCode.Error, 'bad');
      const attributes = span.attributes;
      attributes.set('n', Value.int(-5));
      attributes.set('new', Value.double(1.5));
      attributes.delete('gone');
      if (attributes.find('old')) attributes.rename('renamed');
      const events = span.events;
      while (events.next()) {
        if (events.current.attributes.text('drop').is('yes')) events.remove();
        else events.current.attributes.set('seen', Value.bool(true));
      }
      span.resource.attributes.set('touched', Value.text('yes'));
      span.scope.attributes.set('scoped', Value.text('yes'));
      if (!attributes.find('n') || attributes.value.int != -5) return false;
      return attributes.find('new') && span.name.is(span.name.toString());
    }`,
};

describe('guest SDK: exports and imports', function () {
  this.timeout(60_000);
  let v1: Record<string, WebAssembly.Module>;
  before(() => {
    v1 = compile(SOURCES);
  });

  it('exports ABI v1 names only for the signals that the guest has functions for', () => {
    const { spans, groups } = v1;
    const base = ['abi_version_v1', 'alloc', 'get_supported_telemetry', 'memory', 'shutdown', 'start'];
    assert.deepEqual(exportNames(spans).sort(), [...base, 'consume_traces'].sort());
    assert.equal(new Guest(spans).export('get_supported_telemetry')(), 4);
    const all = ['consume_logs', 'consume_metrics', 'consume_traces'];
    assert.deepEqual(exportNames(groups).sort(), [...base, ...all].sort());
    assert.equal(new Guest(groups).export('get_supported_telemetry')(), 7);
    assert.ok(
      importNames(spans).every(name => /^(opentelemetry\.io\/wasm|wasi_snapshot_preview1) /.test(name)),
      importNames(spans).join(),
    );
  });

  it('builds the same guest with 0.1.0 names of exports and imports', () => {
    const { spans } = compile({ spans: SOURCES.spans }, '0.1.0');
    assert.deepEqual(
      exportNames(spans).sort(),
      [
        'memory',
        'otelwasm_abi_version_0_1_0',
        'otelwasm_consume_traces',
        'otelwasm_get_supported_telemetry',
        'otelwasm_memory_allocate',
        'otelwasm_shutdown',
        'otelwasm_start',
      ].sort(),
    );
    const imports = importNames(spans).filter(name => !name.startsWith('wasi_snapshot_preview1 '));
    assert.ok(imports.length > 0);
    for (const name of imports) assert.match(name, /^opentelemetry\.io\/wasm otelwasm_/);
    const guest = new Guest(spans);
    assert.equal(guest.call('otelwasm_start').status, 0);
    const bytes = traces([{ name: 'drop' }, { name: 'keep' }]);
    const pointer = guest.export('otelwasm_memory_allocate')(bytes.length);
    new Uint8Array(guest.memory.buffer).set(bytes, pointer);
    const { results } = guest.call('otelwasm_consume_traces', pointer, bytes.length);
    assert.deepEqual(
      spansOf(results[0]).map(s => s.name),
      ['keep'],
    );
  });

  it("builds the guest of README.md in a user's project with the documented command", () => {
    const readme = readFileSync(join(ROOT, 'assembly/README.md'), 'utf8');
    const [, source] = /```ts\n([^]*?)```/.exec(readme) ?? [];
    const [, command] = /npx asc (.*)\n/.exec(readme) ?? [];
    const project = mkdtempSync(join(tmpdir(), 'otelwasm-project-'));
    // The short form compiles it once for the same sources, as it does other guests.
    const kept = keptIn('readme', source, command);
    try {
      const modules = join(project, 'node_modules');
      mkdirSync(modules);
      symlinkSync(ROOT, join(modules, 'otelwasm'), 'junction');
      symlinkSync(join(ROOT, 'node_modules/assemblyscript'), join(modules, 'assemblyscript'), 'junction');
      writeFileSync(join(project, 'filter.ts'), source);
      const asc = join(modules, 'assemblyscript/bin/asc.js');
      const built = join(project, 'filter.wasm');
      if (process.env.FULL_TESTS || !existsSync(kept)) {
        execFileSync(process.execPath, [asc, ...command.split(' ')], { cwd: project });
        mkdirSync(dirname(kept), { recursive: true });
        copyFileSync(built, kept);
      }
      const module = new WebAssembly.Module(readFileSync(kept));
      const guest = new Guest(module, { drop: ['/healthz'] });
      guest.start();
      const { results } = guest.consume('traces', traces(httpSpans(20)));
      assert.equal(spansOf(results[0]).length, 18);
    } finally {
      rmSync(project, { recursive: true });
    }
  });

  it('rejects a guest without a function for any signal and one with a misspelt function', () => {
    assert.throws(() => compile({ none: 'export function help(): void {}' }), /must export one of onResource/);
    assert.throws(() => compile({ typo: 'export function onSpans(): bool { return true; }' }), /onSpans/);
  });

  it('keeps objects across batches; a throw traps and logs its reason', () => {
    const { stateful } = v1;
    const guest = new Guest(stateful);
    guest.start();
    for (const expected of [true, true, false, false]) {
      const kept = guest.consume('traces', traces([{ name: 'a' }])).results.length === 0;
      assert.equal(kept, expected);
      for (let i = 0; i < 200; i++) guest.consume('traces', traces([{ name: `filler ${expected} ${i}` }]));
    }
    assert.deepEqual(guest.consume('traces', traces([{ name: 'fail' }])), {
      status: 1,
      reason: 'asked to fail',
      results: [],
    });
    assert.throws(() => guest.consume('traces', traces([{ name: 'throw' }])), WebAssembly.RuntimeError);
    assert.match(guest.logs.join(), /<3>cannot go on at .*stateful\.ts:6/);
  });

  it('edits name, status, kind, attributes, events and links of a span', () => {
    const { edit } = v1;
    const guest = new Guest(edit);
    guest.start();
    const input = traces([
      {
        attributes: { n: 1, gone: 'x', old: 7 },
        events: [{ drop: 'yes' }, { drop: 'no' }],
        links: [{ l: 1 }],
      },
      {},
    ]);
    const decoded = TracesData.decode(guest.consume('traces', input).results[0]);
    const [first, second] = spansOf(TracesData.encode(decoded).finish());
    assert.equal(first.name, 'GET / für');
    assert.equal(first.kind, 3);
    assert.equal(first.status.code, 2);
    assert.equal(first.status.message, 'bad');
    assert.deepEqual(attributesOf(first), { n: -5, renamed: 7, new: 1.5 });
    assert.deepEqual(first.events.map(attributesOf), [{ drop: 'no', seen: true }]);
    assert.deepEqual(first.links.map(attributesOf), [{ l: 1 }]);
    assert.deepEqual(attributesOf(second), { n: -5, new: 1.5 });
    assert.equal(Number(second.startTimeUnixNano), 1001);
    const [group] = decoded.resourceSpans;
    assert.deepEqual(attributesOf(group.resource), { 'service.name': 'shop', touched: 'yes' });
    assert.deepEqual(attributesOf(group.scopeSpans[0].scope), { scoped: 'yes' });
  });

  it('gives each span its resource and scope after earlier drops and changes', () => {
    const guest = new Guest(v1.homes);
    guest.start();
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'ü'), maxLength: 200 });
    const spanNames = fc.array(fc.constantFrom('keep', 'drop', 'drop', 'touch'), { maxLength: 6 });
    const scopes = fc.array(fc.tuple(text, spanNames), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, scopes, fc.boolean()), { maxLength: 4 }), groups => {
        const batch = groups.map(([home, scopes]) => ({
          resource: { attributes: keyValues({ home }) },
          scopeSpans: scopes.map(([scope, names]) => ({
            scope: { name: scope },
            spans: names.map(name => span({ name, attributes: { home, scope } })),
          })),
        }));
        // Resources may also come after what is theirs: protobuf knows no order, and joins what comes in two parts.
        const bytes = Buffer.concat(
          batch.map((group, i) => {
            const encode = (resourceSpans: object) =>
              TracesData.encode({ resourceSpans: [resourceSpans] }).finish();
            if (!groups[i][2]) return encode(group);
            const [first, second] = [{ scopeSpans: group.scopeSpans }, { resource: group.resource }].map(
              part => contentOf(encode(part)),
            );
            return field(0x0a, Buffer.concat([first, second]));
          }),
        );
        const { status, reason, results } = guest.consume('traces', bytes);
        assert.equal(status, 0, reason);
        const kept = (names: string[]) => names.filter(name => name !== 'drop');
        assert.deepEqual(
          spansOf(results[0] ?? bytes).map(s => [s.name, attributesOf(s)]),
          groups.flatMap(([home, scopes]) =>
            scopes.flatMap(([scope, names]) => kept(names).map(name => [name, { home, scope }])),
          ),
        );
        const decoded = TracesData.decode(results[0] ?? bytes).resourceSpans;
        for (const { resource, scopeSpans } of decoded) {
          const names = scopeSpans.flatMap((s: { spans: { name: string }[] }) =>
            s.spans.map(({ name }) => name),
          );
          assert.equal(attributesOf(resource).touched, names.includes('touch') ? true : undefined);
        }
      }),
      { numRuns: runs(500) },
    );
  });
});

describe('guest SDK: Prefilter', function () {
  this.timeout(60_000);
  const source = {
    globs: `
      import { Glob, Json, Prefilter, Span } from 'otelwasm/assembly';
      const prefilter = new Prefilter();
      export function onStart(config: Json): void {
        const globs = config.strings();
        for (let i = 0; i < globs.length; i++) prefilter.add(new Glob(globs[i]).literal);
      }
      export function onSpan(span: Span): bool {
        span.name.toString();
        return prefilter.mayContain(span);
      }`,
    changes: `
      import { Prefilter, Span, Text, Value } from 'otelwasm/assembly';
      const prefilter = new Prefilter();
      prefilter.add(Text.of('needle'));
      export function onSpan(span: Span): bool {
        const attributes = span.attributes;
        if (span.name.is('nested') && attributes.find('map')) attributes.nested().append('new', Value.text('needle'));
        else if (span.name.is('set')) attributes.set('new', Value.text('needle'));
        return prefilter.mayContain(span);
      }`,
    prefilter: `
      import { Json, Prefilter, Span, Text } from 'otelwasm/assembly';
      const prefilter = new Prefilter();
      export function onStart(config: Json): void {
        const texts = config.strings();
        for (let i = 0; i < texts.length; i++) prefilter.add(Text.of(texts[i]));
      }
      export function onSpan(span: Span): bool { return prefilter.mayContain(span); }`,
  };
  let modules: Record<string, WebAssembly.Module>;
  before(() => {
    modules = compile(source);
  });

  /** For each span, whether the guest says that it mentions one of the texts. */
  function answers(guest: Guest, spans: object[]): boolean[] {
    const bytes = traces(spans.map((input, i) => ({ ...input, kind: i })));
    const [result] = guest.consume('traces', bytes).results;
    const kept = new Set(spansOf(result ?? bytes).map(({ kind }) => kind));
    return spans.map((_, i) => kept.has(i));
  }

  function started(texts: string[], compiled = modules.prefilter): Guest {
    const guest = new Guest(compiled, texts);
    assert.equal(guest.start().status, 0);
    return guest;
  }

  it('finds a text exactly where the bytes of an item contain it', () => {
    const short = fc.string({ unit: fc.constantFrom('a', 'b', 'z', 'ü'), maxLength: 6 });
    const long = fc.string({ unit: fc.constantFrom('a', 'b', 'z', 'ü'), maxLength: 200 });
    const texts = fc.array(
      short.filter(text => Buffer.byteLength(text) >= 2),
      { maxLength: 8 },
    );
    const spans = fc.array(fc.record({ name: long, attributes: fc.dictionary(short, long) }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(texts, spans, (wanted, inputs) => {
        const expected = inputs.map((input, i) => {
          const bytes = Buffer.from(contentOf(contentOf(contentOf(traces([{ ...input, kind: i }])))));
          return wanted.some(text => bytes.includes(text));
        });
        assert.deepEqual(answers(started(wanted), inputs), expected);
      }),
      { numRuns: runs(300) },
    );
  });

  it('finds a text at every distance from the end of an item and none across the end', () => {
    const guest = started(['needle', 'zqend\u0012', '\u0012e*c##']);
    for (let size = 0; size < 300; size++) {
      const name = 'n'.repeat(size);
      assert.deepEqual(answers(guest, [{ name: `${name}needle` }, { name }]), [true, false]);
      // The item is its name. Before it come its tag 0x12 and its size (once "e"), behind it those of the next.
      const item = field(0x12, field(0x2a, Buffer.from(`##${name}zqend`)));
      const batch = field(0x0a, field(0x12, Buffer.concat([item, item])));
      assert.deepEqual(guest.consume('traces', batch).results, [new Uint8Array(0)]);
    }
  });

  it('reports every item as a possible match when it cannot search for a text', () => {
    for (const texts of [['x'], [''], Array.from({ length: 9 }, (_, i) => `text ${i}`)]) {
      assert.deepEqual(answers(started(texts), [{ name: 'none' }]), [true], texts.join());
    }
    const { prefilter } = compile(source, 'v1', ['--disable', 'simd']);
    assert.deepEqual(answers(started(['needle'], prefilter), [{ name: 'none' }]), [true]);
  });

  it('searches for texts longer than the address of the item', () => {
    const guest = started(['e'.repeat(70_000) + 'ZQ']);
    assert.deepEqual(answers(guest, [{ name: 'ZQ' }, { name: 'e'.repeat(60_000) + 'ZQ' }]), [false, false]);
  });

  it('keeps the texts of globs after the globs are freed', () => {
    const guest = started(['*needle*', 'a?another'], modules.globs);
    for (let round = 0; round < 20; round++) {
      const spans = [{ name: `other ${round}` }, { name: 'a needle' }, { name: 'other'.repeat(50) }];
      assert.deepEqual(answers(guest, [...spans, { name: 'another' }]), [false, true, false, true]);
    }
  });

  it('reports an item as a possible match when it may have been changed', () => {
    const spans = ['nested', 'set', 'none'].map(name => ({ name, attributes: { map: { a: 1 } } }));
    assert.deepEqual(answers(started([], modules.changes), spans), [true, true, true]);
  });

  it('pauses the search while most items contain a text', () => {
    const guest = started(['needle']);
    const found = answers(guest, new Array<object>(64).fill({ name: 'needle' }));
    assert.deepEqual(new Set(found), new Set([true]));
    const others = answers(guest, new Array<object>(1_100).fill({ name: 'none' }));
    assert.deepEqual([others[0], others[1_023], others[1_024], others[1_099]], [true, true, false, false]);
  });
});

describe('guest SDK: memory', function () {
  this.timeout(300_000);

  it('does not grow over 20,000 batches', () => {
    for (const [name, config] of [
      ['filter', { drop: ['/healthz', '/internal/*'] }],
      ['redact', { keys: ['user_agent.*', 'url.full'] }],
    ] as const) {
      const guest = Guest.load(name, config);
      const { buffer } = guest.memory;
      guest.consume('traces', traces(httpSpans(512)));
      const batch = traces(httpSpans(32));
      for (let i = 0; i < 20_000; i++) guest.consume('traces', batch);
      // A memory that grows has another buffer.
      assert.ok(guest.memory.buffer === buffer, name);
      assert.equal(buffer.byteLength, INITIAL_MEMORY_BYTES);
    }
  });

  it('does not grow when each span leaves garbage', () => {
    const source = {
      reader: `
        import { Span } from 'otelwasm/assembly';
        export function onSpan(span: Span): bool { return span.name.toString().length > 0; }`,
    };
    const guest = new Guest(compile(source).reader);
    const batch = traces(Array.from({ length: 2_000 }, () => ({ name: 'x'.repeat(100) })));
    const sizes = Array.from({ length: 200 }, () => {
      guest.consume('traces', batch);
      return guest.memory.buffer.byteLength;
    });
    assert.equal(sizes[199], sizes[2]);
  });

  it('starts at the memory base of the project', () => {
    const source = {
      keeper: `
        import { Span } from 'otelwasm/assembly';
        const words = ['zero', 'one', 'two', 'three'];
        export function onSpan(span: Span): bool { return words.includes(span.name.toString()); }`,
    };
    const batch = traces(
      Array.from({ length: 2_000 }, (_, i) => ({ name: ['three', 'more', 'zero'][i % 3] })),
    );
    for (const [base, pages] of [
      [0, 1],
      [1_024, 4],
      [1_048_576, 20],
      [4_194_304, 70],
    ]) {
      const options = ['--memoryBase', `${base}`, '--initialMemory', `${pages}`];
      const guest = new Guest(compile(source, 'v1', options).keeper);
      for (let i = 0; i < 3; i++)
        assert.equal(spansOf(guest.consume('traces', batch).results[0]).length, 1_333, options.join());
    }
  });

  it('is collected by visitors that are not inlined', () => {
    const source = {
      span: `
        import { Span } from 'otelwasm/assembly';
        export function onSpan(span: Span): bool { return span.name.isEmpty; }`,
    };
    const [section] = WebAssembly.Module.customSections(compile(source, 'v1', ['--debug']).span, 'name');
    const names = Buffer.from(section).toString('latin1');
    for (const visitor of ['~lib/rt/__visit_members', 'items/span/Span~visit'])
      assert.ok(names.includes(visitor), `${visitor} was inlined`);
  });

  it('returns 0 from alloc when memory cannot grow, and continues to work', () => {
    const guest = Guest.load('filter', { drop: ['/healthz'] });
    const alloc = guest.export('alloc');
    for (const size of [0xffff_ffff, 0xffff_0000, 0xfffe_ffff, 0xfffe_0001, 0x8000_0000]) {
      if (size === 0x8000_0000 && alloc(size | 0) !== 0) continue;
      assert.equal(alloc(size | 0), 0, String(size));
    }
    assert.equal(spansOf(guest.consume('traces', traces(httpSpans(20))).results[0]).length, 18);
  });
});

describe('guest SDK: bad bytes', () => {
  const guests = (): Guest[] => [
    Guest.load('filter', {
      drop: [{ attributes: { a: { prefix: 'x' }, b: 1 }, name: { glob: '*x' } }, '/y'],
    }),
    Guest.load('redact', { keys: ['*a*'], remove: ['b'], texts: ['*secret*'] }),
  ];

  it('fail with a status and a reason or pass unread, but never trap', () => {
    const running = guests();
    const good = traces([
      { attributes: { a: 'x', b: [1, { a: 'secret' }] }, events: [{ a: 1 }], links: [{ b: 2 }] },
      { attributes: { c: { d: { a: true } } }, status: 2 },
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(good.length),
        (changes, length) => {
          const bytes = Uint8Array.from(good.subarray(0, length === 0 ? good.length : length));
          for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
          for (const guest of running) {
            const { status, reason } = guest.consume('traces', bytes);
            if (status !== 0) assert.match(reason ?? '', /^malformed OTLP: |nested deeper/);
          }
        },
      ),
      { numRuns: runs(2_000) },
    );
    const arbitrary = fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      for (const guest of running) guest.consume('traces', bytes);
    });
    fc.assert(arbitrary, { numRuns: runs(1_000) });
    for (const guest of running) assert.equal(guest.consume('traces', good).reason, undefined);
  });

  it('that are cut short fail with a reason and without a result', () => {
    const guest = Guest.load('filter', { drop: ['/healthz'] });
    const good = traces(httpSpans(4));
    assert.deepEqual(guest.consume('traces', good.subarray(0, -1)), {
      status: 1,
      reason: 'malformed OTLP: a field is longer than its message',
      results: [],
    });
  });

  it('outside memory are rejected', () => {
    const guest = Guest.load('filter');
    const { status, reason } = guest.call('consume_traces', 0xffff_fff0 | 0, 100);
    assert.equal(status, 1);
    assert.match(reason ?? '', /outside of memory/);
  });

  it('nested too deep are rejected by a guest that reads them', () => {
    const guest = Guest.load('redact', { keys: ['x'] });
    let value: unknown = 1;
    for (let i = 0; i < 100; i++) value = [value];
    const { status, reason } = guest.consume('traces', traces([{ attributes: { deep: value } }]));
    assert.equal(status, 1);
    assert.match(reason ?? '', /nested deeper than 64/);
  });
});

describe('guest SDK: configuration', () => {
  const startReason = (config: unknown) => new Guest(loadModule('filter'), config).start();

  it('fails start() with the path, what is allowed and the bad value', () => {
    assert.deepEqual(startReason({ drop: 5 }).reason, 'pluginConfig.drop: expected an array, got 5');
    assert.deepEqual(
      startReason({ drop: [{ status: 'meh' }] }).reason,
      'pluginConfig.drop[0].status: expected one of unset, ok, error, got "meh"',
    );
    assert.deepEqual(
      startReason({ dorp: [] }).reason,
      'pluginConfig: unknown option "dorp"; allowed are drop, keep',
    );
    assert.equal(startReason({ drop: 5 }).status, 1);
    assert.equal(startReason('text').status, 1);
  });

  it('may be null, long and contain any character', () => {
    assert.equal(startReason(null).status, 0);
    const path = '/päth-"\\\n\t\u0001😀';
    const guest = Guest.load('filter', { drop: ['x'.repeat(10_000), path] });
    const { results } = guest.consume('traces', traces([{ attributes: { 'url.path': path } }, {}]));
    assert.equal(spansOf(results[0]).length, 1);
  });
});
