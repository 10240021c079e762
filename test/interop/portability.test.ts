import type { Signal } from '../../src/abi';
import { describePortability, type PortabilityCase } from '../support/portability';
import { guestPath, needs } from './guests';

const ALL: readonly Signal[] = ['traces', 'metrics', 'logs'];
const FILTER: Omit<PortabilityCase, 'guest' | 'modules'> = {
  role: 'processor',
  signals: ['traces', 'logs'],
  pluginConfig: { drop: [{ attribute: 'http.route', equals: '/healthz' }] },
  wrong: [{ drop: 5 }, { dorp: [] }, { drop: [{ attribute: 5 }] }],
};
/** A statement of OTTL that every signal knows. */
const TAGGED = ['set(resource.attributes["tagged"], true)'];

const CASES: readonly Omit<PortabilityCase, 'modules'>[] = [
  { guest: 'c/filter', ...FILTER },
  {
    guest: 'c/ticker',
    role: 'receiver',
    signals: ['logs'],
    pluginConfig: { intervalMillis: 1, body: 'tock' },
    wrong: [{ intervalMillis: -1 }, { body: 5 }, { text: 'tick' }],
  },
  { guest: 'rust/filter', ...FILTER },
  {
    guest: 'rust/uptime',
    role: 'receiver',
    signals: ['metrics'],
    pluginConfig: { intervalMillis: 1, metric: 'up' },
    wrong: [{ intervalMillis: 'often' }, { name: 'up' }],
  },
  { guest: 'go/slicefilter', ...FILTER },
  { guest: 'go/stdout', role: 'exporter', signals: ALL, pluginConfig: null, printsBatches: true },
  {
    guest: 'go/heartbeat',
    role: 'receiver',
    signals: ['traces'],
    pluginConfig: { intervalMillis: 1 },
    wrong: [{ intervalMillis: 'often' }, { interval: 1 }],
  },
  {
    guest: 'go/attributes',
    role: 'processor',
    signals: ['traces', 'logs'],
    pluginConfig: { actions: [{ key: 'team', value: 'web', action: 'upsert' }] },
    wrong: [{ actions: 5 }],
  },
  {
    guest: 'go/filter',
    role: 'processor',
    signals: ['traces'],
    pluginConfig: { traces: { span: ['attributes["http.route"] == "/healthz"'] } },
    wrong: [{ traces: { span: ['attributes['] } }],
  },
  {
    guest: 'go/transform',
    role: 'processor',
    signals: ALL,
    pluginConfig: { trace_statements: TAGGED, metric_statements: TAGGED, log_statements: TAGGED },
    wrong: [{ trace_statements: ['set('] }],
  },
  {
    guest: 'go/redaction',
    role: 'processor',
    signals: ALL,
    pluginConfig: { allow_all_keys: true, blocked_values: ['[a-z]+'] },
    wrong: [{ blocked_values: ['['] }],
  },
];

describe('strict hosts (guests in C, Rust and Go)', () => {
  for (const row of CASES) {
    describePortability(
      { ...row, modules: { v1: guestPath(row.guest), '0.1.0': guestPath(`${row.guest}-0.1.0`) } },
      suite => needs(suite, row.guest),
    );
  }
});
