import { Resource, Scope } from './item';

/** The resource and the scope of the current item. */
export const resource = new Resource();
export const scope = new Scope();
