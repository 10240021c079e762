import { assemble, guest } from '../../support/guests';
import { CALL_ATTACKS } from './callAttacks';
import { MODULE_ATTACKS } from './moduleAttacks';
import { RESULT_ATTACKS } from './resultAttacks';
import { ROLE_ATTACKS } from './roleAttacks';
import type { AttackCase } from './attackCase';

/** All rows of the table, in the order in which they run. */
export const ATTACKS: readonly AttackCase[] = [
  ...MODULE_ATTACKS,
  ...CALL_ATTACKS,
  ...RESULT_ATTACKS,
  ...ROLE_ATTACKS,
  { what: 'output: garbage', make: () => guest('garbles') },
  { what: 'faults: traps', make: () => guest('traps') },
  { what: 'faults: overflows its stack', make: () => guest('overflowsStack') },
  { what: 'faults: exits', make: () => guest('exits') },
  { what: 'faults: is no guest', make: () => assemble('(module)') },
];
