/**
 * Changes one thing at a time in the most important files, and tells which changes no test notices.
 *
 *   npm run mutation [-- --file bisect] [--seed 1] [--each 12]
 *
 * Of each file it tries `--each` changes, drawn with `--seed`: a comparison, a logical operator, a literal, a statement
 * that is left out. It changes the working tree while it runs, and puts it back.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import ts from 'typescript';

/** The files, and the tests that should notice. */
const FILES = {
  'src/pipeline/stages/bisect.ts': ['test/pipeline/stage.test.ts', 'test/pipeline/conservation.test.ts'],
  'src/pipeline/stages/stage.ts': [
    'test/pipeline/stage.test.ts',
    'test/pipeline/pipeline.test.ts',
    'test/pipeline/telemetry.test.ts',
  ],
  'src/pipeline/localPipeline.ts': [
    'test/pipeline/stage.test.ts',
    'test/pipeline/pipeline.test.ts',
    'test/pipeline/coalescer.test.ts',
    'test/adapters/wasmSpanProcessor.test.ts',
  ],
  'src/pipeline/coalescer.ts': ['test/pipeline/coalescer.test.ts'],
  'src/runner/runner.ts': [
    'test/runner/state.test.ts',
    'test/runner/backoff.test.ts',
    'test/pipeline/stage.test.ts',
  ],
  'src/runner/restartPolicy.ts': ['test/runner/restartPolicy.test.ts'],
  'src/runner/worker/credits.ts': ['test/adapters/receivers/receivers.test.ts'],
  'src/runner/process/frames.ts': [
    'test/runner/childMessages.test.ts',
    'test/adversary/processMessages.test.ts',
  ],
  'src/runner/lineCredit.ts': ['test/runner/lineCredit.test.ts'],
  'src/adapters/batching/batchQueue.ts': ['test/adapters/batching/batchQueue.test.ts'],
  'src/otel/resource.ts': ['test/otel/*.test.ts'],
  'src/otlp/encode/batchEncoder.ts': ['test/otlp/encode/batchEncoder.test.ts'],
  'src/guest/instance.ts': ['test/guest/*.test.ts'],
  'src/guest/bufferPool.ts': ['test/guest/bufferPool.test.ts'],
  'src/guest/callState.ts': ['test/guest/callState.test.ts', 'test/guest/consume.test.ts'],
  'src/guest/hostFunctions.ts': [
    'test/guest/hostFunctions.test.ts',
    'test/guest/consume.test.ts',
    'test/guest/vmTimeout.test.ts',
  ],
  'src/otlp/bytes/splitInTwo.ts': ['test/otlp/bytes/*.test.ts'],
  'src/sandbox/fuel/addFuel.ts': [
    'test/sandbox/fuel/addFuel.test.ts',
    'test/sandbox/fuel/differential.test.ts',
  ],
  'src/sandbox/fuel/chargePoints.ts': [
    'test/sandbox/fuel/addFuel.test.ts',
    'test/sandbox/fuel/differential.test.ts',
  ],
  'src/sandbox/memoryLimit.ts': ['test/sandbox/memoryLimit.test.ts'],
};

/** One process, which the limit ends: a change can make a loop endless. `--exit` is for tests that hang. */
const MOCHA = ['node_modules/mocha/bin/_mocha', '--bail', '--exit', '--retries', '0'];
const LIMITS = { timeout: 240_000, killSignal: 'SIGKILL' };

const { values } = parseArgs({
  options: { file: { type: 'string' }, seed: { type: 'string' }, each: { type: 'string' } },
});
const random = generator(Number(values.seed ?? 1));
const each = Number(values.each ?? 12);

let killed = 0;
const survivors = [];
for (const [file, tests] of Object.entries(FILES)) {
  if (values.file !== undefined && !file.includes(values.file)) continue;
  const source = readFileSync(file, 'utf8');
  for (const { start, end, text, line } of draw(mutationsOf(file, source))) {
    writeFileSync(file, source.slice(0, start) + text + source.slice(end));
    let failed;
    try {
      failed = spawnSync(process.execPath, [...MOCHA, ...tests], LIMITS).status !== 0;
    } finally {
      writeFileSync(file, source);
    }
    const what = `${file}:${line}: ${source.slice(start, end).split('\n')[0]} → ${text === '' ? 'left out' : text}`;
    console.log(`${failed ? 'noticed ' : 'SURVIVED'} ${what}`);
    if (failed) killed++;
    else survivors.push(what);
  }
}
const all = killed + survivors.length;
console.log(
  `\n${killed} of ${all} changes were noticed (${Math.round((100 * killed) / Math.max(1, all))} %)`,
);
for (const survivor of survivors) console.log(`survived: ${survivor}`);

function mutationsOf(file, source) {
  const found = [];
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);
  const add = (node, text) =>
    found.push({
      start: node.getStart(),
      end: node.getEnd(),
      text,
      line: tree.getLineAndCharacterOfPosition(node.getStart()).line + 1,
    });
  const OPERATORS = {
    '<': '<=',
    '<=': '<',
    '>': '>=',
    '>=': '>',
    '===': '!==',
    '!==': '===',
    '&&': '||',
    '||': '&&',
    '+': '-',
    '*': '+',
  };
  const visit = node => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node)) return;
    if (ts.isBinaryExpression(node)) {
      const swapped = OPERATORS[node.operatorToken.getText()];
      if (swapped !== undefined) add(node.operatorToken, swapped);
    } else if (node.kind === ts.SyntaxKind.TrueKeyword) add(node, 'false');
    else if (node.kind === ts.SyntaxKind.FalseKeyword) add(node, 'true');
    else if (ts.isExpressionStatement(node)) add(node, '');
    else if (ts.isNumericLiteral(node)) add(node, `(${node.getText()} + 1)`);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function draw(mutations) {
  return mutations
    .map(mutation => [random(), mutation])
    .sort(([a], [b]) => a - b)
    .slice(0, each)
    .map(([, mutation]) => mutation);
}

/** The same numbers for the same seed (mulberry32). */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
