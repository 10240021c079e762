/**
 * An asc transform that writes a guest's ABI exports from the functions that its entry file exports. It parses one more
 * file, made here, that imports the guest and exports what ABI v1 wants, and nothing else is exported.
 *
 * With `--use OTELWASM_NAMES=1` (or `--target otelwasm` of asconfig.json) exports and imports have their `otelwasm_*` names.
 */

const V1_MODULE = 'opentelemetry.io/wasm';
const ALIAS_MODULE = 'otelwasm';

// The two names that do not follow the rule "otelwasm_ and the v1 name".
const IRREGULAR = { abi_version_v1: 'otelwasm_abi_version_0_1_0', alloc: 'otelwasm_memory_allocate' };
const aliasOf = name => IRREGULAR[name] ?? `otelwasm_${name}`;

const SIGNALS = [
  { name: 'traces', Name: 'Traces', bit: 4, onItem: 'onSpan', view: 'span' },
  { name: 'metrics', Name: 'Metrics', bit: 1, onItem: 'onMetric', view: 'metric' },
  { name: 'logs', Name: 'Logs', bit: 2, onItem: 'onLogRecord', view: 'logRecord' },
];

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

function entryText(exported, guest, nameOf) {
  const has = name => exported.includes(name);
  for (const name of exported) {
    if (/^(on|produce)[A-Z]/.test(name) && !FUNCTIONS.includes(name)) {
      throw new Error(`${guest.normalizedPath} exports ${name}, which is none of ${FUNCTIONS.join(', ')}`);
    }
  }
  const visitsGroups = has('onResource') || has('onScope');
  const hasItems = SIGNALS.some(({ onItem }) => has(onItem));
  let mask = 0;
  let consumes = false;
  const lines = [];
  const exports = (name, signature, body) =>
    lines.push(`export function ${nameOf(name)}${signature} { ${body} }`);
  const visit = (name, view) => (has(name) ? `(): bool => guest.${name}(abi.${view})` : 'abi.keep');

  for (const { name, Name, bit, onItem, view } of SIGNALS) {
    if (has(`on${Name}`)) {
      exports(
        `consume_${name}`,
        '(pointer: usize, size: usize): i32',
        `return abi.consumeWhole(pointer, size, guest.on${Name});`,
      );
    } else if (has(onItem) || (visitsGroups && !hasItems)) {
      const visitors = [visit(onItem, view), visit('onResource', 'resource'), visit('onScope', 'scope')];
      exports(
        `consume_${name}`,
        '(pointer: usize, size: usize): i32',
        `return abi.consume(${bit}, pointer, size, abi.${view}, ${visitors.join(', ')});`,
      );
    } else if (!has(`produce${Name}`)) {
      continue;
    }
    if (has(`produce${Name}`)) exports(`start_${name}_receiver`, '(): void', `guest.produce${Name}();`);
    else consumes = true;
    mask |= bit;
  }
  if (mask === 0) {
    throw new Error(
      `${guest.normalizedPath} exports no function for a signal. Export one of ${FUNCTIONS.join(', ')}`,
    );
  }

  exports('abi_version_v1', '(): void', '');
  exports('get_supported_telemetry', '(): i32', `return ${mask};`);
  if (consumes) exports('alloc', '(size: i32): usize', 'return abi.allocate(size);');
  exports(
    'start',
    '(): i32',
    `return abi.start(${has('onStart') ? 'guest.onStart' : '(config: Json): void => {}'});`,
  );
  exports(
    'shutdown',
    '(): i32',
    `return abi.shutdown(${has('onShutdown') ? 'guest.onShutdown' : '(): void => {}'});`,
  );
  const file = guest.internalPath.slice(guest.internalPath.lastIndexOf('/') + 1);
  return [
    `import * as guest from "./${file}";`,
    'import * as abi from "otelwasm/assembly/abi";',
    'import { Json } from "otelwasm/assembly/json";',
    ...lines,
  ].join('\n');
}

/** Turns `@external("opentelemetry.io/wasm", "log")` into `@external("otelwasm", "otelwasm_log")`. */
function renameImports(parser) {
  for (const source of parser.sources) {
    for (const { decorators } of source.statements) {
      for (const { args } of decorators ?? []) {
        if (args?.length !== 2 || args[0].value !== V1_MODULE) continue;
        args[0].value = ALIAS_MODULE;
        args[1].value = aliasOf(args[1].value);
      }
    }
  }
}
