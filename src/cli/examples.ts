import type { Command } from 'commander';

/** Typical command lines of each command, for its help. */
const EXAMPLES: Readonly<Record<string, readonly string[] | undefined>> = {
  compile: [
    'compile collector.yaml -o filter.wasm',
    'compile collector.yaml --processors filter,transform/urls -o filter.wasm',
  ],
  inspect: ['inspect filter.wasm', 'inspect collector.yaml', 'inspect otelwasm:redact --json'],
  run: [
    `run filter.wasm traces.json --config '{"drop":["/healthz"]}' --diff`,
    'run filter.wasm --config @filter.yaml < traces.json > filtered.json',
    'run collector.yaml traces.json --explain',
    'run heartbeat.wasm --for 10s',
  ],
  bench: ['bench filter.wasm --for 10s --batch-size 512', 'bench collector.yaml traces.json --json'],
  conformance: [
    `conformance filter.wasm --config '{"drop":["/healthz"]}'`,
    'conformance collector.yaml --signal traces',
    'conformance filter.wasm --json > report.json',
  ],
  guests: ['guests', 'guests filter redact --out collector/guests --naming 0.1.0'],
  init: ['init my-filter && cd my-filter && npm install && npm test', 'init my-rules --rules'],
  completion: [
    'completion bash > ~/.local/share/bash-completion/completions/otelwasm',
    'completion fish > ~/.config/fish/completions/otelwasm.fish',
  ],
};

/** Adds the examples of a command, if there are any, to its help. */
export function addExamples(command: Command): void {
  const lines = (EXAMPLES[command.name()] ?? []).map(example => `  otelwasm ${example}`);
  if (lines.length === 0) return;
  command.addHelpText('after', `\nExample${lines.length > 1 ? 's' : ''}:\n${lines.join('\n')}`);
}
