import { OtelWasmError } from '../../abi';

/** Throws `START_FAILED` if this process's executable is not Node.js, which a guest's process needs. */
export function assertNodeExecutable(): void {
  const { bun, deno } = process.versions;
  if (bun === undefined && deno === undefined && !isSingleExecutable()) return;
  throw new OtelWasmError(
    'START_FAILED',
    "isolation is \"process\": it needs Node.js, and this runtime or single executable cannot start it; allowed are 'inline' and 'worker'",
  );
}

function isSingleExecutable(): boolean {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return (require('node:sea') as { isSea(): boolean }).isSea();
  } catch {
    return false;
  }
}
