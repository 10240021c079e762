import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type * as Shipped from '../../shipped';
import { CommandError } from '../failure';
import { openOutput, printLine } from '../output';
import { table } from '../table';
import { formatBytes } from '../values';
import { writeWholeFiles } from '../wholeFiles';

interface Options {
  readonly out?: string;
  readonly naming: Shipped.Naming;
  readonly json?: boolean;
}

/** `otelwasm guests`, `otelwasm guests redact --out collector/guests` */
export function guestsCommand(program: Command): void {
  program
    .command('guests')
    .description(
      'list the guests that ship with this package, or copy them to a folder, e.g. for a Collector',
    )
    .argument('[names...]', 'which; default: all')
    .option('--out <folder>', 'copy them to this folder, as <name>.wasm')
    .addOption(
      new Option('--naming <naming>', 'names of exports and imports of the copies')
        .choices(['v1', '0.1.0'])
        .default('v1'),
    )
    .option('--json', 'print JSON, with sizes and SHA-256')
    .action(async (names: string[], { out, naming, json }: Options) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { shippedGuest, shippedGuests } = require('otelwasm/guests') as typeof Shipped;
      const all = shippedGuests();
      const unknown = names.filter(name => !all.some(guest => guest.name === name));
      if (unknown.length > 0)
        throw new CommandError(
          `${unknown.join(', ')}: no such guest; available are ${all.map(({ name }) => name).join(', ')}`,
        );
      const guests = all.filter(({ name }) => names.length === 0 || names.includes(name));
      if (out !== undefined) {
        const pathOf = (name: string): string => join(out, `${name}.wasm`);
        await writeWholeFiles(new Map(guests.map(({ name }) => [pathOf(name), shippedGuest(name, naming)])));
        for (const { name, modules } of guests)
          printLine(
            `${pathOf(name)}: ${formatBytes(modules[naming].sizeBytes)}, SHA-256 ${modules[naming].sha256}`,
          );
        return;
      }
      const rows = guests.map(({ name, summary, modules }) => [
        `otelwasm:${name}`,
        formatBytes(modules.v1.sizeBytes),
        summary,
      ]);
      await openOutput(undefined).write(
        json ? `${JSON.stringify(guests, undefined, 2)}\n` : `${table(rows)}\n`,
      );
    });
}
