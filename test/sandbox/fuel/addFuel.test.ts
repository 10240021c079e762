import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { leb128 } from '../../../src/wasm/writer';
import { ByteReader } from '../../../src/wasm/reader';
import { CLOCK_EXPORT, FUEL, START_EXPORT } from '../../../src/sandbox/fuel/addFuel';
import { fuelPoints } from '../../../src/sandbox/fuel/chargePoints';
import { readModule } from '../../../src/wasm/module';
import { ModuleSections } from '../../../src/wasm/sections';
import { assemble, guestWith } from '../../support/guests';
import { bytes, instantiated, started, withFuel } from './instantiated';

/** An instance whose export `c` is a clock that always grants more. */
function granting(): WebAssembly.Instance {
  const module = '0061736d010000000105016000017f03020100070501016300000a06010400417f0b';
  return new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(module, 'hex')));
}

/** The kinds of the points in the module's first function. */
async function pointsOf(code: string): Promise<string[]> {
  const [points] = await pointsOfAll(`(func $f ${code})`);
  return points;
}

/** {@link pointsOf} for each function. */
async function pointsOfAll(functions: string): Promise<string[][]> {
  const module = await assemble(`(module (memory 2) (table 1 funcref) (tag $tag) ${functions})`);
  const reader = new ModuleSections(module).read(10);
  const callCosts: number[] = [];
  return Array.from({ length: reader.count() }, () =>
    fuelPoints(reader.section(reader.u32()), callCosts).map(point =>
      point.kind === 'charge' ? `charge ${point.part.cost}` : point.kind,
    ),
  );
}

/** A guest whose `consume_traces` has this body. */
const guestThat = (does: string, more = '') =>
  guestWith({
    imports: `(import "otelwasm" "log" (func $log (param i32 i32 i32)))
      (import "otelwasm" "set_result_traces" (func $result (param i32 i32)))`,
    memory: '(memory (export "memory") 1024)',
    consume: `(func (export "consume_traces") (param i32 i32) (result i32) ${does} (i32.const 0))`,
    more,
  });

describe('fuel', () => {
  it('is added to a module with instructions of every kind, and keeps its imports and exports', async () => {
    const module = await assemble(readFileSync(join(__dirname, '../../fuzz/manyInstructions.wat'), 'utf8'));
    const changed = withFuel(module);
    assert.ok(WebAssembly.validate(changed));
    const [before, after] = [readModule(module), readModule(changed)];
    assert.deepEqual(after.imports, before.imports);
    assert.deepEqual(
      [...after.exports.values()].filter(({ name }) => name !== CLOCK_EXPORT),
      [...before.exports.values()],
    );
  });

  it('is added to an almost empty module', async () => {
    for (const more of [
      '',
      '(import "a" "b" (global i32))',
      '(table 1 funcref)',
      '(global i32 (i32.const 0))',
    ]) {
      const wat = `(module ${more} (memory 1))`;
      assert.ok(WebAssembly.validate(withFuel(await assemble(wat))), wat);
    }
  });

  it('makes the start function an export', async () => {
    const module = withFuel(
      await assemble('(module (memory 1) (func $f) (func $main unreachable) (start $main))'),
    );
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module));
    assert.throws(exports[START_EXPORT] as () => void, WebAssembly.RuntimeError);
  });

  it('is requested when used up, and 0 stops the guest', async () => {
    const module = withFuel(await assemble('(module (memory 1) (func (export "loop") (loop $l (br $l))))'));
    const guest = new WebAssembly.Instance(new WebAssembly.Module(module)).exports;
    const forward = await assemble('(module (import "c" "c" (func $c (result i32))) (export "c" (func $c)))');
    const answers = [-FUEL, -FUEL, -1, 0];
    let asked = 0;
    const clock = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(forward)), {
      c: { c: () => answers[asked++] },
    });
    (guest[CLOCK_EXPORT] as WebAssembly.Table).set(0, clock.exports.c);
    assert.throws(guest.loop as () => void, { name: 'RuntimeError', message: /unreachable/ });
    assert.equal(asked, answers.length);
  });

  describe('points', () => {
    it('do not exist in a short function without calls', async () => {
      assert.deepEqual(await pointsOf('(nop) (block (br 0))'), []);
    });

    it('charge long functions and those with calls by their bytes and calls', async () => {
      assert.deepEqual(await pointsOf('(call $f)'), [`charge ${3 + 256}`]);
      assert.deepEqual(await pointsOf('(nop) '.repeat(256)), ['charge 257']);
      assert.deepEqual(await pointsOf('(nop) '.repeat(255)), []);
      for (const call of ['(call_indirect (i32.const 0))', '(return_call $f)']) {
        const points = await pointsOf(call).catch(() => undefined);
        if (points !== undefined) assert.match(points.join(), /^charge 2[0-9]{2}$/, call);
      }
    });

    it('charge a call for the uncharged cost of its callee, if the callee comes first', async () => {
      const after = (other: string) =>
        pointsOfAll(`(func $g ${other}) (func $f (call $g))`).then(([, points]) => points);
      assert.deepEqual(await after('(nop) (nop)'), [`charge ${3 + 3}`]);
      assert.deepEqual(await after('(nop) '.repeat(256)), ['charge 3']);
      assert.deepEqual(await after('(call $f)'), ['charge 3']);
      const many = `${'(func) '.repeat(200)} (func $g (nop)) (func (call $g) (call 3) (call 202))`;
      assert.deepEqual((await pointsOfAll(many)).at(-1), [`charge ${3 + 2 + (2 + 1) + (3 + 256) + 1}`]);
    });

    it('charge a loop with its whole body at each backward branch', async () => {
      assert.deepEqual(await pointsOf('(loop (nop) (nop))'), []);
      const inner = '(loop $b (br_if $b (i32.const 1)))';
      assert.deepEqual(await pointsOf(inner), ['charge 5']);
      assert.deepEqual(await pointsOf(`(loop $a ${inner} (br_if $a (i32.const 1)))`), [
        'charge 5',
        `charge ${2 + 5 + 4 + 1}`,
      ]);
      assert.deepEqual(await pointsOf(`(loop $a (block $x (br_if $x (i32.const 1)) (br $a)))`), [
        `charge ${2 + 4 + 2 + 1 + 1}`,
      ]);
    });

    it('charge the outermost target loop of a br_table', async () => {
      const table = '(br_table $x $b $a (i32.const 1))';
      assert.deepEqual(await pointsOf(`(loop $a (block $x (loop $b ${table})))`), [
        `charge ${2 + 2 + 2 + 5 + 3}`,
      ]);
      assert.deepEqual(await pointsOf('(block $x (loop (br_table $x $x (i32.const 1))))'), []);
    });

    it('charge a loop at its beginning if a backward branch cannot be charged', () => {
      const loop = (...code: number[]) =>
        fuelPoints(new ByteReader(Uint8Array.of(0, 0x03, 0x40, ...code, 0x0b, 0x0b))).map(point => [
          point.offset,
          point.kind === 'charge' && point.part.cost,
        ]);
      assert.deepEqual(loop(0x0c, 0x80, 0x00), [[3, 3 + 1]], 'br with a long depth');
      assert.deepEqual(loop(0xd0, 0x70, 0xd5, 0x00, 0x1a), [[3, 5 + 1]], 'br_on_null');
      assert.deepEqual(loop(0x1f, 0x40, 0x01, 0x02, 0x01, 0x0b), [[3, 6 + 1]], 'try_table');
    });

    it('come after memory arguments of any form', () => {
      const after = (...memoryArgument: number[]) => {
        // (loop (drop (i32.load ... (i32.const 0))) (br 0)); opcode 3 is a loop too
        const code = [0x03, 0x40, 0x41, 0, 0x28, ...memoryArgument, 0x1a, 0x0c, 0, 0x0b, 0x0b];
        const points = fuelPoints(new ByteReader(Uint8Array.of(0, ...code)));
        assert.deepEqual(
          points.map(point => [point.offset, point.kind === 'charge' && point.part.cost]),
          [[7 + memoryArgument.length, 7 + memoryArgument.length]],
          memoryArgument.join(),
        );
      };
      after(2, 3);
      after(2, 0x83, 0x80, 0x80, 0x01);
      after(0x82, 0x00, 3);
      after(0x42, 3, 3);
    });

    it('charge a long function again for its rest wherever it may continue after a call', async () => {
      const long = '(nop) '.repeat(1_000);
      const [call, end] = [2 + 256, 1];
      assert.deepEqual(await pointsOf(`(call $f) ${'(nop) '.repeat(700)}`), [`charge ${call + 700 + end}`]);
      const rest = 1_000 + 2 + call + 1_000 + 2 * end;
      assert.deepEqual(await pointsOf(`(call $f) ${long} (loop (call $f) ${long})`), [
        `charge ${call + rest}`,
        `charge ${rest}`,
        `charge ${1_000 + 2 * end}`,
      ]);
      const parts = `(try (do ${long}) (catch $tag (nop)) (catch_all (nop))) ${long} (nop)`.repeat(2);
      const [charge, ...again] = await pointsOf(parts);
      const all = 2 * (2 + 1_000 + 2 + 1 + 1 + 1 + end + 1_000 + 1) + end;
      assert.equal(charge, `charge ${all}`);
      const first = all - (2 + 1_000 + 2);
      assert.deepEqual(
        again,
        [first, first - 2, first - 2_009, first - 2_011].map(rest => `charge ${rest}`),
      );
    });

    it('do not charge a short rest of a long function', async () => {
      const points = await pointsOf(`${'(nop) '.repeat(2_000)} (call $f) ${'(nop) '.repeat(999)}`);
      assert.deepEqual(points, [`charge ${2_000 + 2 + 256 + 999 + 1}`]);
    });

    it('charge more for instructions that run in the engine', async () => {
      assert.deepEqual(await pointsOf('(drop (memory.grow (i32.const 0)))'), ['check-clock']);
      assert.deepEqual(await pointsOf('(loop (throw $tag))'), [`charge ${6 + 1_024}`]);
    });

    it('cover each instruction whose time grows with its range', async () => {
      const three = '(i32.const 0) (i32.const 0) (i32.const 0)';
      assert.deepEqual(await pointsOf(`(memory.copy ${three})`), ['memory.copy']);
      assert.deepEqual(await pointsOf(`(memory.fill ${three})`), ['memory.fill']);
      assert.deepEqual(await pointsOf(`(table.copy ${three})`), ['check-clock']);
      assert.deepEqual(await pointsOf('(drop (table.grow (ref.null func) (i32.const 1)))'), ['check-clock']);
      assert.deepEqual(await pointsOf('(table.fill (i32.const 0) (ref.null func) (i32.const 1))'), [
        'check-clock',
      ]);
      assert.deepEqual(await pointsOf('(drop (table.size))'), []);
    });
  });

  it('keeps the behaviour of bulk instructions', async () => {
    const module = await guestThat(`(memory.fill (i32.const 10) (i32.const 7) (i32.const 5))
      (memory.copy (i32.const 12) (i32.const 8) (i32.const 4))
      (call $result (i32.const 8) (i32.const 8))`);
    const { instance } = await started(module, { maxMemoryBytes: 2 ** 26 });
    const outcome = instance.consume(bytes(1));
    assert.deepEqual(outcome.status === 'changed' && [...outcome.bytes], [0, 0, 7, 7, 0, 0, 7, 7]);
  });

  it('keeps the behaviour of bulk instructions that run in pieces, with overlap in either direction', async () => {
    const module = await assemble(`(module (memory (export "memory") 64)
      (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
      (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2))))`);
    const [expected, actual] = [module, withFuel(module)].map(bytes => {
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)));
      const clock = exports[CLOCK_EXPORT] as WebAssembly.Table | undefined;
      clock?.set(0, granting().exports.c);
      const memory = Buffer.from((exports.memory as WebAssembly.Memory).buffer);
      for (let at = 0; at < memory.length; at += 4) memory.writeInt32LE(Math.imul(at, 0x9e3779b1), at);
      const { copy, fill } = exports as Record<'copy' | 'fill', (...values: number[]) => void>;
      return { memory, copy, fill };
    });
    const piece = 2 ** 19;
    for (const length of [0, piece, piece + 1, 2 * piece, 5 * piece - 7]) {
      for (const [to, from] of [
        [1_000, 1_001],
        [1_001, 1_000],
        [0, 600_000],
        [1_200_000, 3],
        [77, 77],
      ]) {
        for (const { copy } of [expected, actual]) copy(to, from, length);
        assert.ok(expected.memory.equals(actual.memory), `copy ${to} ${from} ${length}`);
      }
      for (const { fill } of [expected, actual]) fill(length & 0xffff, length, length);
      assert.ok(expected.memory.equals(actual.memory), `fill ${length}`);
    }
    const [all, out] = [64 * 65_536, { name: 'RuntimeError', message: /out of bounds/ }];
    for (const [to, from, length] of [
      [0, 0, all + 1],
      [1, 0, all],
      [0, 1, all],
      [0, -piece, 2 * piece],
      [-piece, 0, 2 * piece],
      [0, 0, -1],
    ]) {
      assert.throws(() => actual.copy(to, from, length), out, `copy ${to} ${from} ${length}`);
      if (from === 0) assert.throws(() => actual.fill(to, 1, length), out, `fill ${to} ${length}`);
    }
  });

  it('rejects a function that becomes too large before it processes the others', () => {
    const calls = new Uint8Array(2_000_000);
    for (let at = 0; at < calls.length; at += 2) calls[at] = 0x10;
    const body = [0, ...calls, 0x0b];
    const functions = 20;
    const code = Buffer.concat(
      new Array<Buffer>(functions).fill(Buffer.from([...leb128(body.length), ...body])),
    );
    const module = Buffer.concat([
      Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0),
      Uint8Array.of(3, functions + 1, functions, ...new Uint8Array(functions), 5, 3, 1, 0, 1),
      Uint8Array.of(10, ...leb128(code.length + 1), functions),
      code,
    ]);
    assert.ok(WebAssembly.validate(module));
    const cpu = process.cpuUsage();
    assert.throws(() => withFuel(module), {
      code: 'GUEST_INVALID',
      message: /a function has 2[0-9]{7} bytes.*at most 7654321/,
    });
    // CPU time: other processes do not count. The other functions would take far longer.
    const { user, system } = process.cpuUsage(cpu);
    assert.ok(user + system < 4_000_000, `${user + system} µs`);
  });

  it('rejects unknown instructions', async () => {
    const module = await assemble('(module (func (nop) (i32.const 65) (drop)))');
    const odd = Uint8Array.from(module);
    odd[Buffer.from(module).indexOf(Uint8Array.of(0x01, 0x41))] = 0xf0;
    assert.throws(() => withFuel(odd), { code: 'GUEST_INVALID', message: /instruction 0xf0/ });
  });
});

describe('a guest that exceeds its time limit', () => {
  const fill = (to: number) => `(memory.fill (i32.const 0) (i32.const 1) (i32.const ${to}))`;
  const straight = '(drop (i32.const 1))'.repeat(200_000);
  const divisions = (count: number) =>
    '(local.set 1 (i64.div_u (i64.const -1) (i64.or (local.get 1) (i64.const 1))))'.repeat(count);
  const cases: Record<string, () => Promise<Uint8Array>> = {
    'an empty loop': () => guestThat('(loop $l (br $l))'),
    'a loop left by br_table': () => guestThat('(loop $l (block $out (br_table $l $out $l (i32.const 9))))'),
    'two nested loops that alternate': () =>
      guestThat('(loop $a (loop $b (br_if $b (i32.const 0)) (br $a)))'),
    'a recursion that doubles': () =>
      guestThat(
        '(call $f (i32.const 60))',
        '(func $f (param i32) (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1))) (call $f (i32.sub (local.get 0) (i32.const 1))))))',
      ),
    'a recursion through a table': () =>
      guestThat(
        '(call $f (i32.const 60))',
        `(table funcref (elem $f)) (type $t (func (param i32)))
         (func $f (param i32) (if (local.get 0) (then
           (call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0))
           (call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0)))))`,
      ),
    'a loop over a long function without loops': () =>
      guestThat('(loop $l (call $f) (br $l))', `(func $f ${straight})`),
    'a recursion that is charged on the way down and runs on the way up': () =>
      guestThat(
        '(call $f (i32.const 4000))',
        `(func $f (param i32) (local i64)
           (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1))))) ${divisions(20_000)})`,
      ),
    'a recursion through an earlier function whose calls are not charged': () =>
      guestThat(
        '(call $f (i32.const 4000))',
        `(func $back (param i32) (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1))))))
         (func $f (param i32) (local i64) (call $back (local.get 0)) ${divisions(20_000)})`,
      ),
    'a recursion that is charged on the way down and runs after an exception': () =>
      guestThat(
        '(call $f (i32.const 4000))',
        `(tag $t) (func $throw (throw $t)) (func $f (param i32) (local i64)
           (try (do (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1)))))) (catch_all))
           ${divisions(20_000)} (call $throw))`,
      ),
    'a recursion that leaves a block before each point where it could be charged': () =>
      guestThat(
        '(call $f (i32.const 4000))',
        `(func $f (param i32) (local i64)
           (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1)))))
           ${`(block (br 0) ${divisions(100)}) ${divisions(50)}`.repeat(400)})`,
      ),
    'millions of short functions without calls': () =>
      guestThat(`(loop $l ${'(call $f)'.repeat(1_000)} (br $l))`, `(func $f ${'(nop)'.repeat(120)})`),
    'a loop that fills 64 MiB': () => guestThat(`(loop $l ${fill(2 ** 26)} (br $l))`),
    'a thousand fills in a row': () => guestThat(fill(2 ** 26).repeat(1_000)),
    'a loop that copies 32 MiB': () =>
      guestThat(
        `(loop $l (memory.copy (i32.const ${2 ** 25}) (i32.const 0) (i32.const ${2 ** 25})) (br $l))`,
      ),
    'a loop that initializes memory': () =>
      guestThat(
        '(loop $l (memory.init $d (i32.const 0) (i32.const 0) (i32.const 65536)) (br $l))',
        `(data $d "${'x'.repeat(65_536)}")`,
      ),
    'a loop that grows a table by one': () =>
      guestThat(
        '(loop $l (drop (table.grow $t (ref.null func) (i32.const 1))) (br $l))',
        '(table $t 500000 funcref)',
      ),
    'a loop that fills a table': () =>
      guestThat(
        '(loop $l (table.fill $t (i32.const 0) (ref.null func) (i32.const 1000000)) (br $l))',
        '(table $t 1000000 funcref)',
      ),
    'a loop of memory.grow by 0 pages': () =>
      guestThat('(loop $l (drop (memory.grow (i32.const 0))) (br $l))'),
    'a loop that logs': () =>
      guestThat('(loop $l (call $log (i32.const 1) (i32.const 0) (i32.const 60000)) (br $l))'),
    'a slow host function': () =>
      guestWith({
        imports: '(import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))',
        memory: '(memory (export "memory") 4096)',
        consume: `(func (export "consume_traces") (param i32 i32) (result i32)
          (call $random (i32.const 0) (i32.const 0x10000000)))`,
      }),
    'a loop that throws and catches': () =>
      guestThat('(loop $l (try (do (throw $t)) (catch_all)) (br $l))', '(tag $t)'),
    'a loop that catches what stops its host functions': () =>
      guestThat(
        '(loop $l (try (do (call $log (i32.const 1) (i32.const 0) (i32.const 1))) (catch_all)) (br $l))',
      ),
    'a deep recursion that throws, again and again': () =>
      guestThat(
        '(loop $l (try (do (call $f (i32.const 2000))) (catch_all)) (br $l))',
        '(tag $t) (func $f (param i32) (if (i32.eqz (local.get 0)) (then (throw $t))) (call $f (i32.sub (local.get 0) (i32.const 1))))',
      ),
  };
  for (const [name, make] of Object.entries(cases)) {
    it(`is stopped in time: ${name}`, async () => {
      const { instance } = await started(await make(), {
        guestTimeoutMillis: 100,
        maxMemoryBytes: 2 ** 28,
      });
      const start = performance.now();
      const cpu = process.cpuUsage();
      const outcome = instance.consume(bytes(1));
      const took = performance.now() - start;
      const { user, system } = process.cpuUsage(cpu);
      assert.equal(outcome.status === 'failed' && outcome.error.code, 'GUEST_TIMEOUT');
      assert.ok(took >= 99, `${took} ms`);
      // CPU time: other processes do not count.
      assert.ok(user + system < 400_000, `${user + system} µs`);
    });
  }

  it('cannot reach the additions: a module with references past its own definitions is invalid', async () => {
    // The globals, functions and tables after its own would be the fuel, the clock check and the clock.
    const module = await guestThat(
      '(global.set $mine (i32.const 0))',
      '(global $mine (mut i32) (i32.const 0))',
    );
    const at = Buffer.from(module).indexOf(Uint8Array.of(0x41, 0, 0x24, 0));
    const reaching = Uint8Array.from(module);
    reaching[at + 3] = 1;
    assert.ok(WebAssembly.validate(withFuel(reaching)), 'it would reach the fuel');
    await assert.rejects(instantiated(reaching, { maxMemoryBytes: 2 ** 26 }), { code: 'GUEST_INVALID' });
  });

  it('cannot give an export the name of the clock', async () => {
    const module = await guestThat('', `(table (export "${CLOCK_EXPORT}") 1 funcref)`);
    const loading = instantiated(module, { maxMemoryBytes: 2 ** 26 });
    await assert.rejects(loading, { code: 'GUEST_INVALID', message: /[Dd]uplicate export/ });
  });

  it('is stopped by the engine if it was loaded as a compiled module', async () => {
    const module = new WebAssembly.Module(Uint8Array.from(await guestThat('(loop $l (br $l))')));
    const { instance } = await started(module, { guestTimeoutMillis: 100, maxMemoryBytes: 2 ** 26 });
    const outcome = instance.consume(bytes(1));
    assert.equal(outcome.status === 'failed' && outcome.error.code, 'GUEST_TIMEOUT');
  });
});
