import type { Attributes } from '@opentelemetry/api';

/** A resource of the SDK: the members that this package reads and creates. */
export interface Resource {
  /** True while some `attributes` are still being detected. `waitForAsyncAttributes` exists until then. */
  readonly asyncAttributesPending?: boolean;
  readonly attributes: Attributes;
  readonly schemaUrl?: string;
  waitForAsyncAttributes?(): Promise<void>;
  merge(other: Resource | null): Resource;
  getRawAttributes(): RawAttributes;
}

/** Attributes of a resource. Some may still be pending. */
export type RawAttributes = [string, Attributes[string] | Promise<Attributes[string]>][];

/** A scope of the SDK, with the OTLP fields that the types of SDK 2.x leave out. */
export interface InstrumentationScope {
  readonly name: string;
  readonly version?: string;
  readonly schemaUrl?: string;
  readonly attributes?: Attributes;
  readonly droppedAttributesCount?: number;
}

/**
 * A resource with only the attributes that are detected already. The SDK logs an error for each read of `attributes`
 * while some are pending.
 */
export function detectedPart(resource: Resource): Resource {
  if (resource?.asyncAttributesPending !== true) return resource;
  const settled = resource.getRawAttributes().filter(([, value]) => !isPromise(value));
  return createResource(Object.fromEntries(settled) as Attributes, resource.schemaUrl);
}

/** Resolves when resource detection has ended for all resources. Undefined when it already has. */
export function whenDetected(resources: Iterable<Resource>): Promise<unknown> | undefined {
  const pending = [...new Set(resources)].filter(resource => resource?.asyncAttributesPending === true);
  if (pending.length === 0) return undefined;
  return Promise.allSettled(pending.map(async resource => resource.waitForAsyncAttributes?.()));
}

function isPromise(value: unknown): boolean {
  return typeof (value as Partial<PromiseLike<unknown>> | null)?.then === 'function';
}

/** A resource without pending attributes. Like the SDK, it leaves out `null` values and the key `__proto__`. */
export function createResource(attributes: Attributes, schemaUrl?: string): Resource {
  const kept: Attributes = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (key !== '__proto__' && value !== undefined && value !== null) kept[key] = value;
  }
  return new SettledResource(kept, schemaUrl);
}

class SettledResource implements Resource {
  readonly asyncAttributesPending = false;

  constructor(
    readonly attributes: Attributes,
    readonly schemaUrl: string | undefined,
  ) {}

  waitForAsyncAttributes(): Promise<void> {
    return Promise.resolve();
  }

  /** Attributes of `other` win. */
  merge(other: Resource | null): Resource {
    if (other === null) return this;
    return createResource({ ...this.attributes, ...other.attributes }, other.schemaUrl ?? this.schemaUrl);
  }

  getRawAttributes(): RawAttributes {
    return Object.entries(this.attributes);
  }
}
