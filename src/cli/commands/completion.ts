import type { Option } from 'commander';
import { type Command } from 'commander';
import { openOutput } from '../output';

const SHELLS = { bash: forBash, zsh: forZsh, fish: forFish } as const;

/** `otelwasm completion bash` */
export function completionCommand(program: Command): void {
  program
    .command('completion')
    .description('print a shell script that completes commands and options')
    .addArgument(program.createArgument('<shell>', 'which shell').choices(Object.keys(SHELLS)))
    .action(async (shell: keyof typeof SHELLS) => {
      await openOutput(undefined).write(SHELLS[shell](program.commands));
    });
}

function forBash(commands: readonly Command[]): string {
  const options = commands.map(
    command => `    ${command.name()}) words=${quote(optionsOf(command).join(' '))} ;;`,
  );
  const values = [...choicesOf(commands)].map(
    ([flag, choices]) => `    ${flag}) words=${quote(choices.join(' '))} ;;`,
  );
  return `_otelwasm() {
  local current=\${COMP_WORDS[COMP_CWORD]} words=
  case \${COMP_WORDS[1]} in
${options.join('\n')}
  esac
  if [[ $COMP_CWORD -eq 1 ]]; then words=${quote(commands.map(command => command.name()).join(' '))}; fi
  case \${COMP_WORDS[COMP_CWORD-1]} in
${values.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ $COMP_CWORD -gt 1 && $current != -* ]]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _otelwasm otelwasm
`;
}

function forZsh(commands: readonly Command[]): string {
  return `autoload -U +X bashcompinit && bashcompinit\n${forBash(commands)}`;
}

function forFish(commands: readonly Command[]): string {
  const lines = commands.flatMap(command => [
    `complete -c otelwasm -n __fish_use_subcommand -a ${command.name()} -d ${quote(command.description())}`,
    ...command.options.map(option => {
      const name = `-l ${(option.long ?? '').slice(2)}${option.short ? ` -s ${option.short.slice(1)}` : ''}`;
      const values = option.argChoices
        ? ` -x -a ${quote(option.argChoices.join(' '))}`
        : option.required
          ? ' -r'
          : '';
      return `complete -c otelwasm -n '__fish_seen_subcommand_from ${command.name()}' ${name}${values} -d ${quote(option.description)}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}

function optionsOf({ options }: Command): string[] {
  return options.flatMap(({ short, long }) => [short, long].filter(flag => flag !== undefined));
}

/** The values of options with fixed choices. Each option has the same choices in every command. */
function choicesOf(commands: readonly Command[]): Map<string, readonly string[]> {
  const all: readonly Option[] = commands.flatMap(({ options }) => options);
  return new Map(
    all.flatMap(({ long, argChoices }) => (long && argChoices ? [[long, argChoices] as const] : [])),
  );
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
