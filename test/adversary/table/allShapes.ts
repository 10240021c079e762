import { assemble, guest } from '../../support/guests';
import { CALL_SHAPES } from './callShapes';
import { MODULE_SHAPES } from './moduleShapes';
import { RESULT_SHAPES } from './resultShapes';
import { ROLE_SHAPES } from './roleShapes';
import type { Shape } from './shape';

/** All rows of the table, in the order in which they run. */
export const SHAPES: readonly Shape[] = [
  ...MODULE_SHAPES,
  ...CALL_SHAPES,
  ...RESULT_SHAPES,
  ...ROLE_SHAPES,
  { what: 'output: garbage', make: () => guest('garbles') },
  { what: 'faults: traps', make: () => guest('traps') },
  { what: 'faults: overflows its stack', make: () => guest('overflowsStack') },
  { what: 'faults: exits', make: () => guest('exits') },
  { what: 'faults: is no guest', make: () => assemble('(module)') },
];
