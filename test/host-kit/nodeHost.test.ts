import { join } from 'node:path';
import { assertAnswers, type HostCase } from './expectation';
import { runInNode } from './nodeHost';

const KIT = join(__dirname, '../../build/host-kit/guests');

/** The cases of test/host-kit/cases.json; collector/wasmplugin runs the same ones, and the strict profiles. */
describe('the cases of the host kit, in Node', function () {
  let cases: readonly HostCase[];

  before(async function () {
    this.timeout(60_000);
    const script: string = '../../scripts/build-host-kit.mjs';
    const { buildHostKit } = (await import(script)) as { buildHostKit: () => Promise<HostCase[]> };
    cases = await buildHostKit();
  });

  it('pass', async function () {
    this.timeout(120_000);
    for (const { name, job, expect } of cases) {
      const answer = await runInNode({ ...job, guest: join(KIT, job.guest) });
      try {
        assertAnswers(answer, job, expect);
      } catch (error) {
        (error as Error).message = `${name}: ${(error as Error).message}`;
        throw error;
      }
    }
  });
});
