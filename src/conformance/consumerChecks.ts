import { OtelWasmError, type Signal } from '../abi';
import { checkStructure, countItems } from '../otlp';
import { otlpFromJson } from '../otlp/json';
import { sampleData } from '../testing';
import {
  createInstance,
  type Check,
  fail,
  type Finding,
  pass,
  PASS,
  problemOf,
  startGuest,
  type GuestUnderTest,
  warn,
  worstFinding,
} from './check';
import { UNKNOWN_TEXT, withUnknownField } from './unknownFields';

const LARGE_ITEMS = 10_000;
const STEADY_BATCHES = 300;
const DAMAGED_PAYLOADS = 40;
const LARGE_CONFIG_BYTES = 200_000;

/** The checks of every guest that consumes, in order. */
export const CONSUMER_CHECKS: readonly Check<GuestUnderTest>[] = [
  {
    name: 'start() succeeds',
    section: 'Lifecycle',
    run: subject => {
      startGuest(subject);
      return PASS;
    },
  },
  {
    name: 'accepts an empty payload: consume(0, 0)',
    section: 'Payloads',
    run: subject => answer(subject, new Uint8Array(0)),
  },
  {
    name: 'accepts one item',
    section: 'Payloads',
    run: subject => answer(subject, sample(subject.signal, 1)),
  },
  {
    name: 'accepts 100 items',
    section: 'Payloads',
    run: subject => answer(subject, sample(subject.signal, 100)),
  },
  {
    name: `accepts ${LARGE_ITEMS} items`,
    section: 'Payloads',
    run: subject => answer(subject, sample(subject.signal, LARGE_ITEMS)),
  },
  { name: 'uses a steady amount of memory over many batches', section: 'Memory', run: steadyMemory },
  { name: 'returns the same result for the same batch', section: 'Lifecycle', run: deterministic },
  { name: 'keeps unknown fields', section: 'Payloads', run: keepsUnknownFields },
  { name: 'survives malformed bytes', section: 'Status', run: survivesDamage },
  { name: 'survives any plugin configuration', section: 'Configuration', run: survivesConfigs },
  { name: 'gives the same results without start()', section: 'Other hosts', run: answersWithoutStart },
  { name: 'two instances are independent', section: 'Lifecycle', run: independent },
  {
    name: 'shutdown() succeeds after work',
    section: 'Lifecycle',
    run: subject => {
      const instance = startGuest(subject);
      instance.consume(sample(subject.signal, 10));
      return shutdownFinding(instance.shutdown());
    },
  },
  {
    name: 'shutdown() succeeds without any work',
    section: 'Lifecycle',
    run: subject => shutdownFinding(startGuest(subject).shutdown()),
  },
];

/** Many checks share a batch: creating a large one takes longer than most guests need to process it. */
const samples = new Map<string, Uint8Array>();

function sample(signal: Signal, count: number): Uint8Array {
  const key = `${count} ${signal}`;
  const bytes = samples.get(key) ?? otlpFromJson(signal, sampleData(signal, count));
  samples.set(key, bytes);
  return bytes;
}

/** The guest accepts the batch, and its result is valid OTLP. */
function answer(subject: GuestUnderTest, bytes: Uint8Array): Finding {
  const outcome = startGuest(subject).consume(bytes);
  const problem = problemOf(outcome);
  if (problem !== undefined) return problem;
  if (outcome.status !== 'changed') return pass('unchanged');
  try {
    checkStructure(subject.signal, outcome.bytes, 'items');
  } catch (error) {
    return fail(`its result is not OTLP: ${String(error)}`);
  }
  return pass(`${countItems(subject.signal, bytes)} in, ${countItems(subject.signal, outcome.bytes)} out`);
}

function steadyMemory(subject: GuestUnderTest): Finding {
  const instance = startGuest(subject);
  const bytes = sample(subject.signal, 200);
  let warm = 0;
  for (let batch = 1; batch <= STEADY_BATCHES; batch++) {
    const outcome = instance.consume(bytes);
    if (outcome.status === 'failed') return fail(`batch ${batch}: ${outcome.error.message}`);
    if (batch === STEADY_BATCHES / 3) warm = instance.memoryBytes;
  }
  const { memoryBytes } = instance;
  if (memoryBytes === warm) return pass(`${memoryBytes} bytes`);
  const batches = (STEADY_BATCHES * 2) / 3;
  return warn(`grew from ${warm} to ${memoryBytes} bytes over ${batches} equal batches: does it leak?`);
}

function deterministic(subject: GuestUnderTest): Finding {
  const bytes = sample(subject.signal, 50);
  const [first, second] = [0, 1].map(() => {
    const outcome = startGuest(subject).consume(bytes);
    return outcome.status === 'changed' ? Buffer.from(outcome.bytes).toString('latin1') : outcome.status;
  });
  return first === second ? PASS : warn('two instances gave different results: is this intended?');
}

function keepsUnknownFields({ ...subject }: GuestUnderTest): Finding {
  const outcome = startGuest(subject).consume(withUnknownField(subject.signal));
  const problem = problemOf(outcome);
  if (problem !== undefined) return problem;
  if (outcome.status !== 'changed') return pass('unchanged');
  if (countItems(subject.signal, outcome.bytes) === 0)
    return warn('the guest dropped the item, so this could not be checked: try another configuration');
  if (Buffer.from(outcome.bytes).includes(UNKNOWN_TEXT)) return PASS;
  return warn('fields of later OTLP versions would be lost');
}

/**
 * Truncates and overwrites bytes, the same way every time. An error status is a good result. A wrong guess is
 * acceptable, a trap is not.
 */
function survivesDamage(subject: GuestUnderTest): Finding {
  const whole = sample(subject.signal, 5);
  const instance = startGuest(subject);
  const findings: (Finding | undefined)[] = [];
  let refused = 0;
  for (let index = 0; index < DAMAGED_PAYLOADS; index++) {
    const damaged = Uint8Array.from(index % 2 === 0 ? whole.subarray(0, (index * 37) % whole.length) : whole);
    for (let hit = 0; hit < 3; hit++) {
      const at = (index * 7_919 + hit * 104_729) % Math.max(1, damaged.length);
      if (damaged.length > 0) damaged[at] = [0xff, 0x80, 0x0b][hit] ^ index;
    }
    const outcome = instance.consume(damaged);
    if (outcome.status === 'refused') refused++;
    if (outcome.status === 'refused' && outcome.error.message.endsWith('the guest gave no reason')) {
      findings.push(warn('rejected malformed bytes without a reason: call set_status_reason'));
    }
    // Stop here: a guest that dies of one such batch dies of many, and each may take until its timeout.
    if (outcome.status === 'failed') return fail(`malformed bytes made it fail: ${outcome.error.message}`);
  }
  const after = instance.consume(sample(subject.signal, 1));
  if (after.status === 'failed')
    findings.push(fail(`a good batch after malformed ones: ${after.error.message}`));
  return worstFinding(findings) ?? pass(`${refused} of ${DAMAGED_PAYLOADS} rejected`);
}

/** A guest may refuse a configuration with a status and a reason. It must not trap. */
function survivesConfigs(subject: GuestUnderTest): Finding {
  const configs = [
    'null',
    '{}',
    '[]',
    '"text"',
    '-1.5e3',
    JSON.stringify({ key: 'x'.repeat(LARGE_CONFIG_BYTES) }),
  ];
  const findings = configs.map(json => {
    const shown = json.length > 40 ? `${json.length} bytes of JSON` : json;
    try {
      startGuest(subject, json);
      return undefined;
    } catch (error) {
      const cause = error instanceof OtelWasmError ? error.cause : undefined;
      // A refusal by status also has a `cause`: the guest's own error.
      if (cause instanceof OtelWasmError && cause.code !== 'START_FAILED')
        return fail(`start() with the configuration ${shown}: ${cause.message}`);
      const message = String((error as Error).message);
      return message.endsWith('the guest gave no reason')
        ? warn(`${shown} was rejected without a reason`)
        : undefined;
    }
  });
  return worstFinding(findings) ?? PASS;
}

/**
 * Collector hosts call `start()` only for processors of traces. A guest that needs it and passes everything through
 * without it fails open.
 */
function answersWithoutStart(subject: GuestUnderTest): Finding {
  const bytes = sample(subject.signal, 50);
  const [started, not] = [startGuest(subject), createInstance(subject)].map(instance => {
    const outcome = instance.consume(bytes);
    return outcome.status === 'changed' ? Buffer.from(outcome.bytes).toString('latin1') : outcome.status;
  });
  if (started === not) return PASS;
  if (not === 'refused') return warn('refuses every batch when the host does not call start()');
  return warn(
    'gives other results when the host does not call start(): read the configuration at the first call',
  );
}

function independent(subject: GuestUnderTest): Finding {
  const bytes = sample(subject.signal, 20);
  const [first, second] = [startGuest(subject), startGuest(subject)];
  first.consume(bytes);
  first.shutdown();
  const outcome = second.consume(bytes);
  return outcome.status === 'failed' ? fail(outcome.error.message) : PASS;
}

export function shutdownFinding(error: OtelWasmError | undefined): Finding {
  if (error === undefined) return PASS;
  return error.code === 'GUEST_STATUS' ? warn(error.message) : fail(error.message);
}
