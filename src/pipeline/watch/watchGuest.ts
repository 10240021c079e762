import { diag } from '@opentelemetry/api';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../abi';
import { type GuestSource, isShipped, withoutThrowing } from '../../guest';
import { FilePoller } from './filePoller';
import { invalid } from '../options';

const POLL_MILLIS = 500;

/** A guest's file that is checked for changes. It does not keep the process alive. */
export interface WatchedGuest {
  /** From now on calls `reload` when the file has changed, one call at a time. The result is logged under `name`. */
  onChange(name: string, reload: () => Promise<void>): void;
  close(): void;
}

/**
 * Starts to watch the file of a guest. Called before the guest is loaded, so that no later change is missed. The file
 * is polled, because file events are lost for files that are replaced by renaming, behind symbolic links and on
 * mounted volumes. Throws `INVALID_OPTION` for a guest that is not a file.
 */
export function watchGuest(source: GuestSource): WatchedGuest {
  const path = pathOf(source);
  const changes = new FilePoller(fileVersion(path));
  let timer: NodeJS.Timeout | undefined;
  return {
    onChange: (name, reload) => {
      const logger = diag.createComponentLogger({ namespace: `otelwasm:${name}` });
      let busy: Promise<void> = Promise.resolve();
      timer = setInterval(() => {
        if (!changes.poll(fileVersion(path))) return;
        busy = busy.then(reload).then(
          () => withoutThrowing(() => logger.info(`${path} has changed: the new guest is in use`)),
          error =>
            withoutThrowing(() =>
              logger.warn(`${path} has changed, but the previous guest stays in use: ${messageOf(error)}`),
            ),
        );
      }, POLL_MILLIS);
      timer.unref();
    },
    close: () => clearInterval(timer),
  };
}

/** Identifies the version of a file. Undefined while it cannot be read. */
function fileVersion(path: string): string | undefined {
  try {
    const { ino, mtimeMs, size } = statSync(path);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return undefined;
  }
}

function pathOf(source: GuestSource): string {
  if (isShipped(source)) throw invalid('watch', true, 'false for a guest that ships with the package');
  if (source instanceof URL) return fileURLToPath(source);
  if (typeof source === 'string') return source.startsWith('file:') ? fileURLToPath(source) : source;
  throw invalid('watch', true, 'false, unless the guest is given by its path');
}
