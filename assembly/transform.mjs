/**
 * An asc transform that writes a guest's ABI exports from the functions that its entry file exports. It parses one more
 * file, made here, that imports the guest and exports what ABI v1 wants, and nothing else is exported.
 *
 * With `--use OTELWASM_NAMES=1` (or `--target otelwasm` of asconfig.json) exports and imports have their `otelwasm_*` names.
 */
import { compilePatterns } from './pattern/transform.mjs';

const V1_MODULE = 'opentelemetry.io/wasm';

// The two names that do not follow the rule "otelwasm_ and the v1 name".
const IRREGULAR = { abi_version_v1: 'otelwasm_abi_version_0_1_0', alloc: 'otelwasm_memory_allocate' };
const aliasOf = name => IRREGULAR[name] ?? `otelwasm_${name}`;

const SIGNALS = [
  { name: 'traces', Name: 'Traces', bit: 4, onItem: 'onSpan', view: 'Span', batch: 'SpanBatch' },
  { name: 'metrics', Name: 'Metrics', bit: 1, onItem: 'onMetric', view: 'Metric', batch: 'MetricBatch' },
  { name: 'logs', Name: 'Logs', bit: 2, onItem: 'onLogRecord', view: 'LogRecord', batch: 'LogBatch' },
];

const CONSUME = '(pointer: usize, size: usize): i32';

/** What a guest may export. Everything else that it exports is its own affair and stays inside. */
const FUNCTIONS = [
  'onStart',
  'onShutdown',
  'onResource',
  'onScope',
  ...SIGNALS.flatMap(({ Name, onItem }) => [onItem, `on${Name}`, `produce${Name}`]),
];

// Values of asc's own enums, which its public API does not export.
const SOURCE_KIND_USER = 0;
const SOURCE_KIND_USER_ENTRY = 1;
const COMMON_FLAGS_EXPORT = 2;

export default class OtelwasmTransform {
  afterParse(parser) {
    const aliased = this.program.options.globalAliases?.get('OTELWASM_NAMES') === '1';
    if (aliased) renameImports(parser);
    compilePatterns(parser);
    const guest = parser.sources.find(
      source => source.sourceKind === SOURCE_KIND_USER_ENTRY && !source.internalPath.startsWith('~lib/'),
    );
    guest.sourceKind = SOURCE_KIND_USER;
    const text = entryText(exportedNames(guest), guest, aliased ? aliasOf : name => name);
    parser.parseFile(text, `${guest.internalPath}.abi.ts`, true);
  }
}

/** Names of the functions that a source exports, also by `export { ... } from`. */
function exportedNames(source) {
  return source.statements.flatMap(statement => {
    if (statement.members && statement.exportPaths === undefined && Array.isArray(statement.members)) {
      const names = statement.members.flatMap(member =>
        member.exportedName ? [member.exportedName.text] : [],
      );
      if (names.length > 0) return names;
    }
    return statement.signature && statement.flags & COMMON_FLAGS_EXPORT ? [statement.name.text] : [];
  });
}

/** The source of the generated entry. `nameOf` gives the name under which a function of ABI v1 is exported. */
function entryText(exported, guest, nameOf) {
  const has = name => exported.includes(name);
  const unknown = exported.filter(name => /^(on|produce)[A-Z]/.test(name) && !FUNCTIONS.includes(name));
  if (unknown.length > 0) {
    throw new Error(`${guest.normalizedPath} exports ${unknown}, which is none of ${FUNCTIONS.join(', ')}`);
  }
  const lines = [];
  const add = (name, signature, body) =>
    lines.push(`export function ${nameOf(name)}${signature} { ${body} }`);
  const call = (name, view) => (has(name) ? `(): bool => guest.${name}(${view})` : 'abi.keep');

  // Without a function for an item, those for resources and scopes serve all three signals.
  const groupsOnly = (has('onResource') || has('onScope')) && !SIGNALS.some(({ onItem }) => has(onItem));
  let mask = 0;
  let consumes = false;
  for (const { name, Name, bit, onItem, view, batch } of SIGNALS) {
    const before = lines.length;
    if (has(`on${Name}`)) {
      add(`consume_${name}`, CONSUME, `return abi.consumeWhole(pointer, size, guest.on${Name});`);
    } else if (has(onItem) || groupsOnly) {
      const calls = [call(onItem, name), call('onResource', 'abi.resource'), call('onScope', 'abi.scope')];
      lines.push(`const ${name} = new sdk.${view}();`);
      add(
        `consume_${name}`,
        CONSUME,
        `return abi.consume(${bit}, pointer, size, ${name}, ${calls.join(', ')});`,
      );
    }
    if (lines.length > before) consumes = true;
    if (has(`produce${Name}`)) {
      lines.push(`const ${name}Batch = new sdk.${batch}();`);
      add(`start_${name}_receiver`, '(): void', `abi.produce(${bit}, ${name}Batch, guest.produce${Name});`);
    }
    if (lines.length > before) mask |= bit;
  }
  if (mask === 0) {
    throw new Error(`${guest.normalizedPath} must export one of ${FUNCTIONS.join(', ')}`);
  }

  add('abi_version_v1', '(): void', '');
  add('get_supported_telemetry', '(): i32', `return ${mask};`);
  if (consumes) add('alloc', '(size: i32): usize', 'return abi.allocate(size);');
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

/** Turns the import `get_plugin_config` into `otelwasm_get_plugin_config`; the module is the same in both namings. */
function renameImports(parser) {
  for (const source of parser.sources) {
    for (const { decorators } of source.statements) {
      for (const { args } of decorators ?? []) {
        if (args?.length !== 2 || args[0].value !== V1_MODULE) continue;
        args[1].value = aliasOf(args[1].value);
      }
    }
  }
}
