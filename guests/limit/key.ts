import { Attributes, Lookup, Text } from 'otelwasm/assembly';

/** Entries of `by` that are not keys of attributes. */
const NAMES = ['name', 'severity', 'body', 'scope'];
const MIX: u64 = 0x9e3779b97f4a7c15;

/** The hash of the values that items under one limit share: their texts are not kept. */
export class Key {
  private attributes: Lookup = new Lookup();
  /** For each entry its index in `attributes`, or below 0 for one of `NAMES`. */
  private slots: i32[] = [];
  private inResource: u64[] = [];

  constructor(by: string[]) {
    for (let i = 0; i < by.length; i++) {
      const name = NAMES.indexOf(by[i]);
      this.slots.push(name >= 0 ? -1 - name : this.attributes.add(by[i]));
      this.inResource.push(0);
    }
  }

  readResource(attributes: Attributes): void {
    this.attributes.load(attributes);
    for (let i = 0; i < this.slots.length; i++) {
      const value = this.attributes.get(this.slots[i]);
      this.inResource[i] = value !== null ? value.hash : 0;
    }
  }

  of(attributes: Attributes, name: Text, severity: Text, body: Text, scope: Text): u64 {
    let hash: u64 = 0;
    this.attributes.load(attributes);
    for (let i = 0; i < this.slots.length; i++) {
      const slot = this.slots[i];
      let own = this.inResource[i];
      if (slot < 0) own = (slot == -1 ? name : slot == -2 ? severity : slot == -3 ? body : scope).hash;
      else {
        const value = this.attributes.get(slot);
        if (value !== null) own = value.hash;
      }
      hash = rotl<u64>(hash ^ own, 29) * MIX;
    }
    return hash;
  }
}
