import assert from 'node:assert/strict';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { createResource, detectedPart, type Resource, whenDetected } from '../../src/otel';

describe('resources', () => {
  it('of the SDK have detected attributes at first and all attributes after detection', async () => {
    const region = Promise.resolve('eu');
    const resource = resourceFromAttributes({ host: 'a', region }, { schemaUrl: 'https://s' });
    const { attributes, schemaUrl, asyncAttributesPending } = detectedPart(resource);
    assert.deepEqual([attributes, schemaUrl, asyncAttributesPending], [{ host: 'a' }, 'https://s', false]);
    await whenDetected([resource, resource]);
    assert.equal(whenDetected([resource]), undefined);
    assert.equal(detectedPart(resource), resource);
    assert.deepEqual(resource.attributes, { host: 'a', region: 'eu' });
  });

  it('do not wait for one whose detection fails', async () => {
    const failing: Resource = Object.assign(Object.create(createResource({})), {
      asyncAttributesPending: true,
      waitForAsyncAttributes: () => Promise.reject(new Error('no network')),
    });
    const none = undefined as unknown as Resource;
    await whenDetected([none, failing]);
    assert.equal(detectedPart(none), none);
  });

  it('have the same attributes as those of the SDK', () => {
    const given = JSON.parse('{"a": 1, "none": null, "__proto__": "x"}') as Record<string, never>;
    given.absent = undefined as never;
    const { attributes } = createResource(given);
    assert.deepEqual(Object.entries(attributes), [['a', 1]]);
    assert.deepEqual({ ...resourceFromAttributes(given).attributes }, { ...attributes });
  });
});
