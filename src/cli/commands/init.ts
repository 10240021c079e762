import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { messageOf } from '../../abi';
import { sampleData } from '../../testing';
import { CommandError } from '../failure';
import { dependencyOn, originOf, RULES_TEMPLATES, TEMPLATES } from '../init';
import { openOutput } from '../output';
import { writeWholeFiles } from '../wholeFiles';

const SAMPLE_SPANS = 12;

/** This package: its folder and version. */
export interface PackageInfo {
  readonly root: string;
  readonly version: string;
}

/** `otelwasm init my-filter` */
export function initCommand(program: Command, { root, version }: PackageInfo): void {
  program
    .command('init')
    .description('create a project with a test: a guest in AssemblyScript, or rules in YAML')
    .argument('<folder>', 'the new folder; its name becomes the name of the package')
    .option(
      '--otelwasm <spec>',
      'dependency on otelwasm: version, path of a tarball or folder, or URL (default: where this one came from)',
    )
    .option('--rules', "create rules in a Collector's YAML instead of a guest in AssemblyScript")
    .action(async (folder: string, options: { otelwasm?: string; rules?: boolean }) => {
      const { rules = false } = options;
      await createGuest(
        folder,
        options.otelwasm ?? originOf(root) ?? `^${version}`,
        rules ? RULES_TEMPLATES : TEMPLATES,
      );
      const use = rules
        ? `'${folder}/collector.yaml'`
        : `'${folder}/build/guest.wasm', { pluginConfig: { drop: ['/healthz'] } }`;
      await openOutput(undefined).write(`${folder} is ready. Next (pnpm and Yarn work too):
  cd ${folder}
  npm install
  npm test
Then in your app, with the path from where it runs:
  new WasmSpanProcessor(${use})
`);
    });
}

/** Writes the files. Throws CommandError for a folder that is not empty, a name that npm does not allow, or no dependency. */
async function createGuest(folder: string, otelwasm: string, templates: typeof TEMPLATES): Promise<void> {
  const root = resolve(folder);
  const name = basename(root).toLowerCase();
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name)) {
    throw new CommandError(
      `${folder}: is not a valid package name: allowed are letters, digits, ".", "_" and "-"`,
    );
  }
  const dependency = dependencyOn(otelwasm, root);
  try {
    if (existsSync(root) && readdirSync(root).length > 0) throw new CommandError(`${folder}: is not empty`);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${folder}: cannot be written: ${messageOf(error)}`, { cause: error });
  }
  const files = Object.entries(templates).map(
    ([path, template]) => [path, template({ name, otelwasm: dependency })] as const,
  );
  const sample = `${JSON.stringify(sampleData('traces', SAMPLE_SPANS), null, 2)}\n`;
  await writeWholeFiles(
    new Map(
      [...files, ['test/sample.json', sample] as const].map(([path, content]) => [join(root, path), content]),
    ),
  );
}
