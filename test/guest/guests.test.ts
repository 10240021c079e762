import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { guest } from '../support/guests';

describe('test guests', () => {
  it('all assemble', async () => {
    for (const file of readdirSync(join(__dirname, '../guests'))) {
      if (file.endsWith('.wat')) assert.ok((await guest(file.slice(0, -4))).length > 8, file);
    }
  });
});
