import { isRules } from '../../guest';
import { otlpToJson } from '../../otlp/json';
import { compileSteps } from '../../rules';
import { openGuest } from '../../testing';
import { stdoutColors } from '../colors';
import { compare, formatChanges } from '../diff';
import { CommandError } from '../failure';
import { readBatches } from '../input';
import { openOutput } from '../output';
import { MEBIBYTE } from '../values';
import type { RunOptions } from './runOptions';

/** `otelwasm run collector.yaml --explain < traces.json`: for each rule, the items that it dropped or changed. */
export async function explainRules(
  path: string,
  input: string | undefined,
  { inputFormat: format, signal, maxDocument }: RunOptions,
): Promise<void> {
  if (!isRules(path)) throw new CommandError(`${path}: --explain is for rules: a .yaml file`);
  const output = openOutput(undefined);
  const colors = stdoutColors();
  for await (const batch of readBatches({
    path: input,
    maxDocumentBytes: maxDocument * MEBIBYTE,
    format,
    signals: signal && [signal],
    onUnknown: () => undefined,
  })) {
    let before = batch.bytes;
    for (const { rule, wasm } of compileSteps(path, batch.signal)) {
      const guest = openGuest(batch.signal, wasm);
      // From the batch as it came: a rule may need what those before it left behind.
      const after = guest.consume(batch.bytes).bytes;
      const changes = compare(
        batch.signal,
        otlpToJson(batch.signal, before),
        otlpToJson(batch.signal, after),
      ).filter(({ kind }) => kind !== 'unchanged');
      await output.write(`${rule.processor}: ${rule.text}\n`);
      await output.write(changes.length > 0 ? `${formatChanges(changes, colors)}\n` : '  nothing\n\n');
      before = after;
    }
  }
  await output.close();
}
