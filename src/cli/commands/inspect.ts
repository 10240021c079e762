import type { Command } from 'commander';
import { SIGNALS } from '../../abi';
import { describeGuest, type GuestDescription } from '../../conformance';
import { GUEST_ARGUMENT } from '../guestOptions';
import { openOutput } from '../output';
import { table } from '../table';
import { formatBytes } from '../values';

const NAMINGS: Readonly<Record<GuestDescription['naming'], string>> = {
  v1: 'ABI v1',
  '0.1.0': 'ABI v1, otelwasm_* names (0.1.0)',
  mixed: 'ABI v1, names of both kinds',
  none: 'no ABI that this host supports',
};

/** `otelwasm inspect filter.wasm` */
export function inspectCommand(program: Command): void {
  program
    .command('inspect')
    .description('describe a guest: ABI, roles, signals, imports, memory, and whether this host can run it')
    .argument('<guest>', GUEST_ARGUMENT)
    .option('--json', 'print JSON')
    .action(async (path: string, { json }: { json?: boolean }) => {
      const description = describeGuest(path);
      const output = openOutput(undefined);
      await output.write(json ? `${JSON.stringify(description, null, 2)}\n` : report(description));
      if (description.problems.length > 0) process.exitCode = 1;
    });
}

function report({
  path,
  sizeBytes,
  naming,
  roles,
  imports,
  memory,
  rules,
  problems,
}: GuestDescription): string {
  const rolesBySignal = SIGNALS.flatMap(signal => {
    const names = roles.filter(entry => entry.signal === signal).map(({ role }) => role);
    return names.length > 0
      ? `${signal} (${names.join(', ').replace('processor, exporter', 'processor or exporter')})`
      : [];
  });
  const maximum =
    memory.maximumBytes === undefined ? 'no maximum' : `at most ${formatBytes(memory.maximumBytes)}`;
  const facts = [
    ['size', formatBytes(sizeBytes)],
    ['speaks', NAMINGS[naming]],
    ['serves', rolesBySignal.join('; ') || 'nothing'],
    ['memory', `${formatBytes(memory.minimumBytes)} at the start, ${maximum}`],
    ['imports', imports.length === 0 ? 'nothing' : String(imports.length)],
  ];
  const rows = imports.map(({ module, name, capability }) => [
    module,
    name,
    capability ?? 'NOT OFFERED by this host',
  ]);
  const ruleRows = (rules ?? []).map(rule => [rule.signal, rule.processor, rule.action, rule.text]);
  const verdict =
    problems.length === 0
      ? 'verdict: can be run'
      : `verdict: cannot be run\n${problems.map(problem => `  - ${problem}`).join('\n')}`;
  return [
    path,
    table(facts),
    ...(rows.length > 0 ? ['', table(rows)] : []),
    ...(ruleRows.length > 0 ? ['', 'rules, in order', table(ruleRows)] : []),
    '',
    verdict,
    '',
  ].join('\n');
}
