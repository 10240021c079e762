import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FilePoller } from '../../src/pipeline/watch/filePoller';

describe('FilePoller', () => {
  it('reports a version once, after two consecutive polls, and never the version in use', () => {
    const polls = fc.array(fc.constantFrom(undefined, 'a', 'b', 'c'), { maxLength: 40 });
    fc.assert(
      fc.property(fc.constantFrom(undefined, 'a'), polls, (first, versions) => {
        const changes = new FilePoller(first);
        let served: string | undefined = first;
        versions.forEach((version, index) => {
          const previous = index === 0 ? first : versions[index - 1];
          const expected = version !== undefined && version === previous && version !== served;
          assert.equal(changes.poll(version), expected);
          if (expected) served = version;
        });
      }),
    );
  });

  it('does not report a file that is still growing', () => {
    const changes = new FilePoller('1 100 2000');
    for (const half of ['1 200 500', '1 200 1000', '1 210 1500', undefined, '2 210 1500'])
      assert.equal(changes.poll(half), false);
    assert.equal(changes.poll('2 210 1500'), true);
    assert.equal(changes.poll('2 210 1500'), false);
  });
});
