/** Runs one case, by its name, in this process, and sends what it found to the parent. */
import { cases } from './cases';

async function main(): Promise<void> {
  const [name] = process.argv.slice(2);
  const found = cases.find(each => each.name === name);
  if (found === undefined) throw new Error(`no such case: ${name}`);
  process.send!([await found.run()].flat(), () => process.disconnect());
}

void main();
