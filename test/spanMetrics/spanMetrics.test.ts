import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openGuest } from '../../src/testing';
import { built } from '../support/built';
import { spanMetricsCases } from './cases';
import { fingerprint, pointsOf } from './points';

const EXPECTED = readFileSync(join(__dirname, 'expected.txt'), 'utf8').trim().split('\n');
/** What the connector answered, where it was run on this machine: shows how a report differs. */
const NATIVE = join(__dirname, '../../build/span-metrics.txt');

describe("otelwasm:span-metrics, compared with the Collector's connector", function () {
  this.timeout(60_000);
  before(() => built('span-metrics'));

  let reports = 0;
  spanMetricsCases().forEach(({ config, temporality, batches }, index) => {
    it(`reports the same for ${batches.length} batches: ${temporality}, ${JSON.stringify(config)}`, () => {
      const guest = openGuest('traces', join(__dirname, '../../build/guests/span-metrics.wasm'), {
        ...{ pluginConfig: config, role: 'connector', guestTimeoutMillis: 60_000 },
      });
      batches.forEach((batch, at) => {
        guest.consume(batch);
        const points = pointsOf(guest.collect(temporality).json);
        reports++;
        const place = index * batches.length + at;
        if (fingerprint(points) === EXPECTED[place]) return;
        const native = existsSync(NATIVE) ? readFileSync(NATIVE, 'utf8').split('\n\n')[place] : undefined;
        if (native !== undefined) assert.deepEqual(points, native.split('\n').filter(Boolean));
        assert.fail(`report ${at} differs: npm run span-metrics:oracle shows how`);
      });
    });
  });

  it('compares all 200 recorded reports', () => {
    assert.equal(EXPECTED.length, 200);
    assert.equal(reports, 200);
  });
});
