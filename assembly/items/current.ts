import { Resource, Scope } from './item';

/** The resource and the scope of the item at hand. */
export const resource = new Resource();
export const scope = new Scope();
