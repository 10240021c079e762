/** Rows: what documents tell their readers to do, and the project that `otelwasm init` makes. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MANAGERS } from './managers.mjs';
import { check, makeApp, QUIET, ROOT, run, workspace } from './workspace.mjs';

const DOCUMENTS = ['docs/getting-started.md', 'docs/zero-code.md'];

export function documentRows(tarball, isWanted) {
  for (const document of DOCUMENTS) {
    if (isWanted(`document ${document}`))
      check(`document ${document} works as it says`, () => follow(document, tarball));
  }
  for (const manager of ['npm', 'pnpm', 'Yarn classic', 'Yarn Berry']) {
    if (isWanted(`init with ${manager}`))
      check(`init with ${manager}: the guest builds, passes its tests, runs and conforms`, () =>
        scaffold(manager, tarball),
      );
  }
}

/** As docs/getting-started.md tells a new guest author: from the package that is installed, by whatever manager. */
function scaffold(manager, tarball) {
  // With what init itself writes: AssemblyScript's compiler knows nothing of PnP.
  const { install, command } = MANAGERS[manager === 'Yarn Berry' ? 'Yarn PnP' : manager];
  const name = `guest-${manager.toLowerCase().replace(/\W/g, '-')}`;
  run(workspace, 'npx', ['--yes', '--package', tarball, 'otelwasm', 'init', name]);
  const guest = join(workspace, name);
  install(guest);
  const script = (...args) => run(guest, ...(command?.(args) ?? npm(args)));
  script('test');
  const config = ['--config', '{"drop":["/healthz"]}'];
  const diff = script('otelwasm', 'run', 'build/guest.wasm', 'test/sample.json', ...config, '--diff');
  if (!/^- span GET \/healthz/m.test(diff)) throw new Error(`it printed: ${diff}`);
  script('otelwasm', 'conformance', 'build/guest.wasm', ...config);
}

function npm(args) {
  return args[0] === 'test' ? ['npm', args] : ['npx', ['--no-install', ...args]];
}

/** In an app of its reader, with the tarball in the place of the published package. */
function follow(document, tarball) {
  const app = makeApp(document);
  const guests = join(ROOT, 'build/guests');
  for (const name of readdirSync(guests))
    if (name.endsWith('.wasm')) cpSync(join(guests, name), join(app, name));
  const text = readFileSync(join(ROOT, document), 'utf8');
  for (const [, name, content] of text.matchAll(/^<!-- file: (.*) -->\n```\w+\n([^]*?)^```$/gm))
    writeFileSync(join(app, name), content);
  for (const [, commands] of text.matchAll(/^```sh\n([^]*?)^```$/gm)) {
    if (commands.startsWith('npm ci')) continue; // in a checkout
    const script = commands.replaceAll(/npm install otelwasm/g, `npm install ${QUIET.join(' ')} ${tarball}`);
    // No endpoint listens: the app must still exit cleanly, without long retries.
    run(app, 'sh', ['-eu', '-c', script], { env: { OTEL_EXPORTER_OTLP_TIMEOUT: '500' } });
  }
}
