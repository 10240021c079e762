/** Rows: package managers × lines of the SDK × module systems. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appCode, expectApp, SDKS } from './apps.mjs';
import { check, makeApp, node, QUIET, readJson, registry, run, tool, write } from './workspace.mjs';

const PACKAGE = /^@opentelemetry\//;

/** How a manager installs, how an app is run under it, and which versions of a package it put into the tree. */
export const MANAGERS = {
  npm: {
    install: app => run(app, 'npm', ['install', ...QUIET]),
    versions: app =>
      Object.entries(readJson(join(app, 'package-lock.json')).packages).map(([path, { version }]) => [
        path.replace(/^.*node_modules\//, ''),
        version,
      ]),
  },
  pnpm: {
    install: app => run(app, ...pnpm(['install', '--ignore-scripts'])),
    command: pnpm,
    versions: app =>
      readdirSync(join(app, 'node_modules/.pnpm')).flatMap(folder => {
        const [, name, version] = /^(@[^+]+\+[^@]+)@([^_(]+)/.exec(folder) ?? [];
        return name === undefined ? [] : [[name.replace('+', '/'), version]];
      }),
  },
  'Yarn classic': {
    install: app => run(app, ...yarnClassic(['install', '--registry', registry(), '--ignore-engines'])),
    command: args => yarnClassic(['--silent', ...args]),
    versions: app => lockedBy(app, /^"?(@opentelemetry\/[^@]+)@[^\n]*:\n {2}version "([^"]+)"/gm),
  },
  'Yarn PnP': {
    files: {
      '.yarnrc.yml':
        'nodeLinker: pnp\npnpEnableEsmLoader: true\nenableTelemetry: false\nenableGlobalCache: true\n',
    },
    install: app => {
      const env = {
        YARN_NPM_REGISTRY_SERVER: registry(),
        YARN_UNSAFE_HTTP_WHITELIST: new URL(registry()).hostname,
        YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
      };
      // A lock file makes the folder a project, and not a part of one above it.
      write(app, { 'yarn.lock': '' });
      return run(app, ...yarnBerry(['install']), { env });
    },
    command: yarnBerry,
    versions: app => lockedBy(app, /resolution: "(@opentelemetry\/[^@]+)@npm:([^"]+)"/g),
    // Only what yarn starts finds packages.
    runner: () => yarnBerry(['node'])[1],
  },
};

function pnpm(args) {
  return [process.execPath, [join(tool('pnpm@10'), 'pnpm/bin/pnpm.cjs'), ...args]];
}

function yarnClassic(args) {
  return [process.execPath, [join(tool('yarn@1.22.22'), 'yarn/bin/yarn.js'), ...args]];
}

function yarnBerry(args) {
  return [process.execPath, [join(tool('@yarnpkg/cli-dist@4'), '@yarnpkg/cli-dist/bin/yarn.js'), ...args]];
}

function lockedBy(app, pattern) {
  return [...readFileSync(join(app, 'yarn.lock'), 'utf8').matchAll(pattern)].map(([, name, version]) => [
    name,
    version,
  ]);
}

/** An installed app, for rows that need one. */
export function installed(managerName, sdk, tarball, more = {}) {
  const manager = MANAGERS[managerName];
  const app = makeApp(`${managerName} ${sdk.name} ${Object.keys(more).join(' ')}`, manager.files);
  const dependencies = { ...sdk.packages, otelwasm: `file:${tarball}`, ...more };
  write(app, {
    'package.json': JSON.stringify({ name: 'app', private: true, version: '1.0.0', dependencies }),
  });
  const output = manager.install(app);
  return { app, output };
}

/** @param isWanted whether a row is run */
export function managerRows(tarball, isWanted) {
  for (const [name, manager] of Object.entries(MANAGERS)) {
    for (const sdk of SDKS) {
      const row = `${name}, ${sdk.name}`;
      if (!isWanted(row)) continue;
      let app;
      check(`${row}: installs with one copy of each package of the SDK`, () => {
        const { app: made, output } = installed(name, sdk, tarball);
        app = made;
        if (/npm warn (?!allow|install-scripts|Unknown)/i.test(output)) throw new Error(output);
        expectOneOfEach(manager.versions(app));
      });
      if (app === undefined) continue;
      for (const esm of [false, true]) {
        const file = esm ? 'app.mjs' : 'app.cjs';
        check(`${row}: ${esm ? 'import' : 'require'}, inline and worker, Node ${sdk.node}`, () => {
          write(app, { [file]: appCode(sdk, { esm }) });
          expectApp(run(app, node(sdk.node), [...(manager.runner?.() ?? []), file]));
        });
      }
    }
  }
}

function expectOneOfEach(found) {
  const versions = new Map();
  for (const [name, version] of found) {
    // Yarn gives the api-logs of SDK 2.x, which wants an API from 1.3 on, the newest, with or without this package.
    if (!PACKAGE.test(name) || name === '@opentelemetry/api') continue;
    versions.set(name, new Set([...(versions.get(name) ?? []), version]));
  }
  const several = [...versions].filter(([, set]) => set.size > 1);
  if (several.length > 0)
    throw new Error(
      `more than one: ${several.map(([name, set]) => `${name} ${[...set].join(' and ')}`).join('; ')}`,
    );
  if (!versions.has('@opentelemetry/sdk-metrics')) throw new Error('the tree was not read');
}
