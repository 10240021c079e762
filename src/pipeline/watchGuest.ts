import { diag } from '@opentelemetry/api';
import { type StatsListener, unwatchFile, watchFile } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../abi/errors';
import type { GuestSource } from '../guest';
import { invalid } from './options';

const POLL_MILLIS = 500;

/**
 * Calls `reload` when the guest's file has changed, one call at a time, and logs how it went. Does not keep the process
 * alive.
 * @returns stops watching
 */
export function watchGuest(path: string, name: string, reload: () => Promise<void>): () => void {
  const logger = diag.createComponentLogger({ namespace: `otelwasm:${name}` });
  let busy: Promise<void> = Promise.resolve();
  const listener: StatsListener = ({ mtimeMs }) => {
    // The file is gone: its next version is on the way.
    if (mtimeMs === 0) return;
    busy = busy.then(reload).then(
      () => logger.info(`${path} has changed: the new guest serves`),
      error => logger.warn(`${path} has changed, and the guest before goes on: ${messageOf(error)}`),
    );
  };
  // Polled: events are lost where files are replaced by renaming, through symbolic links and on mounted volumes.
  watchFile(path, { interval: POLL_MILLIS, persistent: false }, listener);
  return () => unwatchFile(path, listener);
}

/** The path of a guest that can be watched. Throws `INVALID_OPTION` for one that is no file. */
export function watchablePath(source: GuestSource): string {
  if (source instanceof URL) return fileURLToPath(source);
  if (typeof source === 'string') return source.startsWith('file:') ? fileURLToPath(source) : source;
  throw invalid('watch', true, 'false, unless the guest is given by its path');
}
