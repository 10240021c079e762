/**
 * Everything a change must pass: build, lint, format, types, tests; then fails if any of it changed the work tree.
 *
 *   npm run check
 */
import { execFileSync } from 'node:child_process';

const run = (command, ...args) => execFileSync(command, args, { stdio: 'inherit' });
const changes = () => execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' });

const before = changes();
run('npm', 'run', '--silent', 'build');
run('npm', 'run', '--silent', 'lint');
run('npm', 'test', '--silent');
const after = changes();
if (after !== before) {
  console.error(`The checks changed the work tree:\n${after}`);
  process.exit(1);
}
console.log('All checks passed.');
