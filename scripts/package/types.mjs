/** Rows: what TypeScript users write, against the types as they are published and with the SDK's own checked too. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SDKS } from './apps.mjs';
import { installed } from './managers.mjs';
import { check, ROOT, run, tool, write } from './workspace.mjs';

const RESOLUTIONS = {
  node16: ['--module', 'node16', '--moduleResolution', 'node16'],
  nodenext: ['--module', 'nodenext', '--moduleResolution', 'nodenext'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
  node10: ['--module', 'commonjs', '--moduleResolution', 'node10'],
};
const VERSIONS = { 5.2: '5.2.2', 5.9: '5.9.3', 6: '6', 7: '7' };
export function typeRows(tarball, isWanted) {
  for (const sdk of SDKS) {
    // What SDK 2.0 and 2.12 have for types is the same for our part.
    const wanted = (sdk.name === 'SDK 2.0' ? [] : Object.keys(VERSIONS)).filter(version =>
      isWanted(`TypeScript ${version}, ${sdk.name}`),
    );
    if (wanted.length === 0) continue;
    const { app } = installed('npm', sdk, tarball, { '@types/node': '^20' });
    cpSync(join(ROOT, 'test/package/types.ts'), join(app, 'types.ts'));
    const withSdk = readFileSync(join(ROOT, 'test/package/withSdk.ts'), 'utf8');
    write(app, { 'withSdk.ts': withSdk.replaceAll('@opentelemetry/sdk-trace', sdk.trace) });
    for (const version of wanted) {
      const tsc = join(tool(`typescript@${VERSIONS[version]}`), '.bin/tsc');
      for (const [resolution, flags] of Object.entries(RESOLUTIONS)) {
        // TypeScript 7 has no node10, 6 has it on its way out; SDK 3.x has no types for it.
        if (resolution === 'node10' && (version === '7' || sdk.name === 'SDK 3.1')) continue;
        const ending = resolution === 'node10' && version === '6' ? ['--ignoreDeprecations', '6.0'] : [];
        // Once with the types of browsers, which many projects have.
        const [libName, lib] =
          resolution === 'bundler' ? ['with DOM', 'es2022,dom'] : ['without DOM', 'es2022'];
        check(`TypeScript ${version}, ${sdk.name}: ${resolution}, ${libName}`, () =>
          run(app, tsc, [
            ...['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2022', '--types', 'node'],
            ...['--lib', lib, ...flags, ...ending, 'types.ts', 'withSdk.ts'],
          ]),
        );
      }
    }
  }
}
