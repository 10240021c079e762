import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { addCommands } from './commands';
import { addExamples } from './examples';
import { failureText } from './failure';
import { printLine } from './output';

// By the package's own name: the way up differs between src and build.
const MANIFEST = createRequire(__filename).resolve('otelwasm/package.json');
const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { version: string };

/** Runs the command that `argv` names, after Node and the script. What goes wrong is printed, and sets the exit status. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  const program = new Command('otelwasm')
    .description('Try, check and measure WebAssembly guests of OpenTelemetry (otelwasm ABI v1).')
    .version(version)
    .showSuggestionAfterError(false)
    .exitOverride();
  addCommands(program, { root: dirname(MANIFEST), version });
  const debug = new Option('--debug', 'print stack traces of errors');
  for (const command of program.commands) {
    command.exitOverride().showSuggestionAfterError(false).addOption(debug);
    addExamples(command);
  }
  try {
    await program.parseAsync(argv);
  } catch (error) {
    // Commander has printed the error.
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else {
      printLine(failureText(error));
      if (program.commands.some(command => command.opts<{ debug?: boolean }>().debug)) console.error(error);
      process.exitCode = 1;
    }
  }
}
