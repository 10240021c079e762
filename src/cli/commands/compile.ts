import { type Command, Option } from 'commander';
import { compileRules, type Naming } from '../../rules';
import { printLine } from '../output';
import { formatBytes } from '../values';
import { writeWholeFiles } from '../wholeFiles';

interface Options {
  readonly output: string;
  readonly processors?: string;
  readonly naming: Naming;
}

/** `otelwasm compile collector.yaml -o filter.wasm` */
export function compileCommand(program: Command): void {
  program
    .command('compile')
    .description("compile a Collector's configuration (filter, transform and other processors) to a guest")
    .argument('<rules>', 'path of a YAML file')
    .requiredOption('-o, --output <file>', 'path of the compiled guest')
    .option(
      '--processors <ids>',
      "which processors, in this order, e.g. filter,transform/urls; default: the pipelines'",
    )
    .addOption(
      new Option('--naming <naming>', 'names of exports and imports').choices(['v1', '0.1.0']).default('v1'),
    )
    .action(async (path: string, { output, processors, naming }: Options) => {
      const start = performance.now();
      const wasm = compileRules(path, { processors: processors?.split(','), naming });
      await writeWholeFiles(new Map([[output, wasm]]));
      printLine(`${output}: ${formatBytes(wasm.length)}, in ${(performance.now() - start).toFixed(0)} ms`);
    });
}
