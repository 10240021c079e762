import assert from 'node:assert/strict';
import { join } from 'node:path';
import { built } from '../support/built';
import { ROOT } from '../support/docs';
import { inParallel, runApp } from './runApp';
import { stockRegister } from './stockRegister';

/** All names that OTEL_NODE_RESOURCE_DETECTORS has, some together, and one that it does not have. */
const DETECTORS = [
  ...['all', 'none', 'env', 'host', 'os', 'process', 'serviceinstance', 'container'],
  ...['alibaba', 'aws', 'azure', 'gcp', 'env,os,process', 'env,nosuch'],
];

/** What a detector finds on every machine. */
const FINDS = { env: 'team', host: 'host.name', os: 'os.type', process: 'pid', serviceinstance: 'id' };

const APP = "require('@opentelemetry/api').trace.getTracer('app').startSpan('span').end();";

/** Prints the resource of the first provider, without what differs from one process to the next. */
const PRINT = `${APP}
process.once('beforeExit', async () => {
  const { resource, _resource } = require('@opentelemetry/api').trace.getTracerProvider().getDelegate();
  const found = resource ?? _resource;
  await found.waitForAsyncAttributes?.();
  const { 'process.pid': pid, 'service.instance.id': id, 'process.command_args': args, ...rest } = found.attributes;
  console.error('RESOURCE ' + JSON.stringify({ ...rest, pid: typeof pid, id: typeof id, args: typeof args }));
});`;

// Installs @opentelemetry/auto-instrumentations-node.
if (process.env.FULL_TESTS) {
  describe('the resource of otelwasm/register', () => {
    const found = new Map<string, readonly string[]>();

    before(async function () {
      this.timeout(600_000);
      built();
      const { folder, name } = stockRegister();
      await inParallel(DETECTORS, async detectors => {
        const resources: string[] = [];
        for (const register of ['otelwasm/register', name]) {
          const { stderr } = await runApp(folder, ['--require', register, '-e', PRINT], {
            OTELWASM_TRACES_GUEST: join(ROOT, 'build/guests/filter.wasm'),
            OTEL_METRICS_EXPORTER: 'none',
            OTEL_LOGS_EXPORTER: 'none',
            OTEL_RESOURCE_ATTRIBUTES: 'team=checkout',
            OTEL_NODE_RESOURCE_DETECTORS: detectors,
          });
          resources.push(/RESOURCE (.*)/.exec(stderr)?.[1] ?? stderr);
        }
        found.set(detectors, resources);
      });
    });

    for (const detectors of DETECTORS) {
      it(`${detectors}: matches the stock register`, () => {
        const [ours, stock] = (found.get(detectors) ?? []).map(
          text => JSON.parse(text) as Record<string, unknown>,
        );
        assert.deepEqual(ours, stock);
        // A detector that finds nothing anywhere would be equal, too.
        const names = detectors.split(',');
        for (const [name, key] of Object.entries(FINDS)) {
          const isFound = stock[key] !== undefined && stock[key] !== 'undefined';
          assert.equal(isFound, names.includes(name) || detectors === 'all', `${name}: ${key}`);
        }
      });
    }
  });
}
