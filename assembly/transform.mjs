/**
 * An asc transform that generates a guest's ABI exports from the exports of its entry file. It adds a generated file
 * that imports the guest and exports exactly what ABI v1 requires.
 *
 * With `--use OTELWASM_ABI_0_1_0=1` (or `--target 0.1.0` of asconfig.json) exports and imports have the `otelwasm_*` names.
 */
import { compilePatterns } from './pattern/transform.mjs';
import { refuseNotOffered } from './transform/notOffered.mjs';
import { report, walkSource } from './transform/tree.mjs';

const V1_MODULE = 'opentelemetry.io/wasm';

// The two names that are not simply "otelwasm_" and the v1 name.
const IRREGULAR = { abi_version_v1: 'otelwasm_abi_version_0_1_0', alloc: 'otelwasm_memory_allocate' };
const name010 = name => IRREGULAR[name] ?? `otelwasm_${name}`;

const SIGNALS = [
  { name: 'traces', Name: 'Traces', bit: 4, onItem: 'onSpan', onWhole: 'onTrace', before: 'beforeSpans', after: 'afterSpans', view: 'Span', batch: 'SpanBatch' },
  { name: 'metrics', Name: 'Metrics', bit: 1, onItem: 'onMetric', before: 'beforeMetrics', after: 'afterMetrics', view: 'Metric', batch: 'MetricBatch' },
  { name: 'logs', Name: 'Logs', bit: 2, onItem: 'onLogRecord', before: 'beforeLogRecords', after: 'afterLogRecords', view: 'LogRecord', batch: 'LogBatch' },
];

const CONSUME = '(pointer: usize, size: usize): i32';

/** The functions that a guest may export. Its other exports stay internal. */
const FUNCTIONS = [
  'onStart',
  'onShutdown',
  'onResource',
  'onScope',
  'onOtherField',
  'onCollect',
  ...SIGNALS.flatMap(({ Name, onItem, onWhole = [], before, after }) =>
    [onItem, onWhole, before, after, `on${Name}`, `produce${Name}`].flat(),
  ),
];

// Values of asc's own enums, which its public API does not export.
const SOURCE_KIND_USER = 0;
const SOURCE_KIND_USER_ENTRY = 1;
const COMMON_FLAGS_EXPORT = 2;

/** Functions of the garbage collector, one for each class. */
const VISITORS = ['*__visit*', '*~visit'];

export default class OtelwasmTransform {
  afterParse(parser) {
    const is010 = this.program.options.globalAliases?.get('OTELWASM_ABI_0_1_0') === '1';
    if (is010) renameImports(parser);
    compilePatterns(parser);
    const own = parser.sources.filter(
      ({ sourceKind, internalPath }) =>
        (sourceKind === SOURCE_KIND_USER || sourceKind === SOURCE_KIND_USER_ENTRY) &&
        !internalPath.startsWith('~lib/'),
    );
    refuseNotOffered(parser, own);
    const guest = own.find(({ sourceKind }) => sourceKind === SOURCE_KIND_USER_ENTRY);
    const exported = exportsOf(guest);
    if (!checkExports(parser, guest, exported)) return;
    guest.sourceKind = SOURCE_KIND_USER;
    const text = entryText([...exported.keys()], guest, is010 ? name010 : name => name);
    parser.parseFile(text, `${guest.internalPath}.abi.ts`, true);
    blameGuest(parser.sources.at(-1), exported);
  }

  /** Visitors are not inlined: they run rarely, and otherwise are a fifth of a guest's code. */
  afterCompile(module) {
    for (const pattern of VISITORS) {
      this.binaryen.setPassArgument('no-inline', pattern);
      module.runPasses(['no-inline']);
    }
    this.binaryen.clearPassArguments();
  }
}

/** The named exports of a source, including `export { ... } from`, with their statements' nodes. */
function exportsOf(source) {
  const exported = new Map();
  for (const { members, exportPaths, signature, name, declarations, flags } of source.statements) {
    if (members && exportPaths === undefined && Array.isArray(members))
      for (const member of members) if (member.exportedName) exported.set(member.exportedName.text, member);
    if (signature && flags & COMMON_FLAGS_EXPORT) exported.set(name.text, { range: name.range, signature });
    for (const variable of declarations ?? [])
      if (variable.flags & COMMON_FLAGS_EXPORT)
        exported.set(variable.name.text, { range: variable.name.range, isVariable: true });
  }
  return exported;
}

/** Reports exports that no host would call. Returns whether there is a guest to build. */
function checkExports(parser, guest, exported) {
  const allowed = FUNCTIONS.join(', ');
  for (const [name, { range, isVariable }] of exported) {
    const isKnown = FUNCTIONS.includes(name);
    if (isKnown && isVariable) report(parser, range, `${name} must be a function: export function ${name}`);
    else if (!isKnown && /^(on|before|after|produce)[A-Z]/.test(name))
      report(parser, range, `a guest cannot export ${name}: allowed are ${allowed}`);
    else continue;
    return false;
  }
  const serves = name => FUNCTIONS.includes(name) && !['onStart', 'onShutdown', 'onCollect'].includes(name);
  if ([...exported.keys()].some(serves)) return true;
  // `export * from` is not followed: its exports are not known when this file is parsed.
  const { range } = guest.statements.find(({ members, path }) => members === null && path) ?? guest;
  report(parser, range, `a guest must export one of ${FUNCTIONS.filter(serves).join(', ')}, by its name`);
  return false;
}

/** Moves errors about a call of a guest's function to the function itself. */
function blameGuest(generated, exported) {
  walkSource(generated, node => {
    const functionOf = access => access?.expression?.text === 'guest' && exported.get(access.property.text);
    const called = functionOf(node.expression);
    if (called) {
      node.range = called.signature?.returnType.range ?? called.range;
      for (const [index, argument] of node.args?.entries() ?? [])
        argument.range = called.signature?.parameters[index]?.type.range ?? called.range;
    }
    const named = functionOf(node);
    if (named) node.range = node.property.range = named.range;
  });
}

/** The source of the generated entry. `nameOf` gives the exported name of a function of ABI v1. */
function entryText(exported, guest, nameOf) {
  const has = name => exported.includes(name);
  const lines = [];
  const add = (name, signature, body) =>
    lines.push(`export function ${nameOf(name)}${signature} { ${body} }`);
  // Named, so that the stack of a trap in an inlined function shows which one it was.
  const calls = new Set();
  const call = (name, view) => {
    if (!has(name)) return 'abi.keep';
    if (!calls.has(name)) lines.push(`function ${name}(): bool { return guest.${name}(${view}); }`);
    calls.add(name);
    return name;
  };

  // Without a function for items, functions for resources and scopes serve all three signals.
  const groupsOnly = ['onResource', 'onScope', 'onOtherField'].some(has) && !SIGNALS.some(({ onItem, onWhole, before }) => [onItem, onWhole, before].some(has));
  if (has('onOtherField')) lines.push('abi.visitOtherFields(content => guest.onOtherField(content));');
  let mask = 0;
  let consumes = false;
  for (const { name, Name, bit, onItem, onWhole, before, after, view, batch } of SIGNALS) {
    const start = lines.length;
    if (has(`on${Name}`)) {
      add(`consume_${name}`, CONSUME, `return abi.consumeWhole(pointer, size, guest.on${Name});`);
    } else if ([onItem, onWhole, before].some(has) || groupsOnly) {
      lines.push(`const ${name} = new sdk.${view}();`);
      const called = [call(onItem, name), call('onResource', 'abi.resource'), call('onScope', 'abi.scope')];
      let consumer = `abi.consume(${bit}, pointer, size, ${name}`;
      if (has(onWhole)) {
        lines.push('const trace = new sdk.Trace();');
        consumer = `abi.consumeTraces(pointer, size, ${name}, trace, ${call(onWhole, 'trace')}`;
      }
      if (has(before)) {
        lines.push(`const ${name}Ahead = new sdk.Items<sdk.${view}>(new sdk.${view}());`);
        lines.push(
          `function ${before}(): void { guest.${before}(${name}Ahead.bind(abi.batchStart, abi.batchEnd)); }`,
        );
      }
      if (has(after)) lines.push(`function ${after}(ok: bool): void { guest.${after}(ok); }`);
      called.push(has(before) ? before : 'abi.nothing', has(after) ? after : 'abi.done');
      add(`consume_${name}`, CONSUME, `return ${consumer}, ${called.join(', ')});`);
    }
    if (lines.length > start) consumes = true;
    if (has(`produce${Name}`)) {
      lines.push(`const ${name}Batch = new sdk.${batch}();`);
      add(`start_${name}_receiver`, '(): void', `abi.produce<sdk.${batch}>(${bit}, ${name}Batch, guest.produce${Name});`);
    }
    if (lines.length > start) mask |= bit;
  }

  add('abi_version_v1', '(): void', '');
  add('get_supported_telemetry', '(): i32', `return ${mask};`);
  if (consumes) add('alloc', '(size: i32): usize', 'return abi.allocate(size);');
  if (has('onCollect')) add('collect_metrics', '(): i32', 'return abi.collect(guest.onCollect);');
  if (has('onStart')) lines.push('abi.configureWith(guest.onStart);');
  add('start', '(): i32', 'return abi.start();');
  const onShutdown = has('onShutdown') ? 'guest.onShutdown' : '(): void => {}';
  add('shutdown', '(): i32', `return abi.shutdown(${onShutdown});`);
  const file = guest.internalPath.slice(guest.internalPath.lastIndexOf('/') + 1);
  return [
    `import * as guest from "./${file}";`,
    'import * as abi from "otelwasm/assembly/abi";',
    'import * as sdk from "otelwasm/assembly";',
    ...lines,
  ].join('\n');
}

/**
 * Renames the import `get_plugin_config` to `otelwasm_get_plugin_config`. The module name is the same in both
 * namings.
 */
function renameImports(parser) {
  for (const source of parser.sources) {
    for (const { decorators } of source.statements) {
      for (const { args } of decorators ?? []) {
        if (args?.length !== 2 || args[0].value !== V1_MODULE) continue;
        args[1].value = name010(args[1].value);
      }
    }
  }
}
