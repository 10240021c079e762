// npm run rules:agreement [-- filter/ transform/editors] [--cases 100]: how many cases of the corpus come out as the
// Collector's do, and so many of the others of each group.
import { parseArgs } from 'node:util';
import { compileRules } from '../../src/rules';
import { report, runCorpus } from './corpus';

const { values, positionals } = parseArgs({
  options: { cases: { type: 'string', default: '5' } },
  allowPositionals: true,
});
const verdicts = runCorpus(
  yaml => compileRules(yaml),
  positionals.length === 0 ? {} : { groups: positionals },
);
console.log(report(verdicts, Number(values.cases)));
