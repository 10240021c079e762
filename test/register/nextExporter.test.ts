import assert from 'node:assert/strict';
import type { SignalSettings } from '../../src/config';
import { nextExporterOf } from '../../src/register/nextExporter';
import { withEnvironment } from '../support/environment';

describe('nextExporterOf', () => {
  const CLEAN = {
    OTEL_LOGS_EXPORTER: '',
  };
  const inFile: SignalSettings = { processors: [], otlp: {} };
  const guestInFile: SignalSettings = { processors: [], exporter: 'out.wasm' };

  for (const [environment, settings, next, told] of [
    [{}, {}, 'otlp', undefined],
    [{ OTEL_LOGS_EXPORTER: 'otlp' }, {}, 'otlp', undefined],
    [{ OTEL_LOGS_EXPORTER: 'console' }, {}, 'console', undefined],
    [{ OTEL_LOGS_EXPORTER: ' none ' }, {}, 'none', /EXPORTER is none: the guests for logs are not started/],
    [{ OTEL_LOGS_EXPORTER: 'zipkin' }, {}, 'otlp', /is zipkin, which is ignored: .*otlp, console, none/],
    [{ OTEL_LOGS_EXPORTER: 'console,otlp' }, {}, 'otlp', /is console,otlp, which is ignored/],
    [{ OTEL_LOGS_EXPORTER: 'none' }, inFile, 'otlp', /is none, .*the configuration file names the exporter/],
    [{ OTEL_LOGS_EXPORTER: 'otlp' }, inFile, 'otlp', undefined],
    [{ OTEL_LOGS_EXPORTER: 'console' }, guestInFile, 'otlp', /configuration file names/],
  ] as const) {
    const what = [environment, settings].map(part => JSON.stringify(part)).join(', ');
    it(`${what}: ${next}${told ? ' with a log line' : ''}`, () => {
      const lines: string[] = [];
      const given = { processors: [], ...settings };
      const found = withEnvironment({ ...CLEAN, ...environment }, () =>
        nextExporterOf('logs', given, line => lines.push(line)),
      );
      assert.equal(found, next);
      assert.equal(lines.length, told ? 1 : 0, lines.join('\n'));
      if (told) assert.match(lines[0], told);
    });
  }
});
