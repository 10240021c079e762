// npm run rules:agreement [-- filter/ transform/editors]: how many cases of the corpus come out as the Collector's do.
import { compileRules } from '../../src/rules';
import { report, runCorpus } from './corpus';

const groups = process.argv.slice(2);
console.log(
  report(
    runCorpus(yaml => compileRules(yaml), groups.length === 0 ? {} : { groups }),
    8,
  ),
);
