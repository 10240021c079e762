import type { LinearMemory } from '../wasm';
import { isInBounds, putU32, zeroedView } from './memoryAccess';
import { ERRNO } from './errno';
import { GRANTED_LIMITS, LineWriter, LOG_LIMITS } from './lineWriter';
import type { WasiFunctions } from './signatures';
import { readIovecs } from './iovecs';

export type OutputStream = 'stdout' | 'stderr';

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

const CHARACTER_DEVICE = 2;
const RIGHT_FD_READ = 1n << 1n;
const RIGHT_FD_WRITE = 1n << 6n;
const RIGHT_POLL = 1n << 27n;

/** A guest's descriptors: the three standard ones, until it closes them. It cannot open others. */
export interface Stdio {
  /** Whether `fd` can be read from; written to. */
  readable(fd: number): boolean;
  writable(fd: number): boolean;
  /** Ends lines that have no newline yet, and the budget of this guest call. */
  flush(): void;
  readonly functions: Pick<
    WasiFunctions,
    Extract<keyof WasiFunctions, `fd_${string}` | `path_${string}` | `sock_${string}`>
  >;
}

export function createStdio(
  memory: LinearMemory,
  writeLine: (stream: OutputStream, line: string) => void,
  monotonicNanos: () => bigint,
  granted: ReadonlySet<OutputStream>,
): Stdio {
  const open = new Set([STDIN, STDOUT, STDERR]);
  /** Created by the first write: most guests never write, and every call ends with a flush. */
  const writers = new Map<number, LineWriter>();
  const writerOf = (fd: number): LineWriter => {
    let writer = writers.get(fd);
    if (writer === undefined) {
      const stream = fd === STDOUT ? 'stdout' : 'stderr';
      const limits = granted.has(stream) ? GRANTED_LIMITS : LOG_LIMITS;
      writer = new LineWriter(line => writeLine(stream, line), monotonicNanos, limits);
      writers.set(fd, writer);
    }
    return writer;
  };
  const readable = (fd: number): boolean => fd === STDIN && open.has(fd);
  const writable = (fd: number): boolean => (fd === STDOUT || fd === STDERR) && open.has(fd);

  /** A function that returns `errno` for an open descriptor. */
  const always = (errno: number) => (fd: number) => (open.has(fd) ? errno : ERRNO.EBADF);
  const done = always(ERRNO.SUCCESS);
  const notSeekable = always(ERRNO.ESPIPE);
  const notAFile = always(ERRNO.EINVAL);
  const notDirectory = always(ERRNO.ENOTDIR);
  const notSocket = always(ERRNO.ENOTSOCK);

  return {
    readable,
    writable,
    flush: () => {
      if (writers.size > 0) for (const fd of [STDOUT, STDERR]) writers.get(fd)?.flush();
    },
    functions: {
      fd_read(fd, vectors, count, read) {
        if (!readable(fd)) return ERRNO.EBADF;
        const buffers = readIovecs(memory, vectors, count);
        // Standard input is at its end.
        return typeof buffers === 'number' ? buffers : putU32(memory, read, 0);
      },
      fd_write(fd, vectors, count, written) {
        if (!writable(fd)) return ERRNO.EBADF;
        const output = readIovecs(memory, vectors, count);
        if (typeof output === 'number') return output;
        if (!isInBounds(memory, written, 4)) return ERRNO.EFAULT;
        const writer = writerOf(fd);
        for (const piece of output.pieces) writer.write(piece);
        return putU32(memory, written, output.totalBytes);
      },
      fd_close: fd => (open.delete(fd) ? ERRNO.SUCCESS : ERRNO.EBADF),
      fd_fdstat_get(fd, result) {
        if (!open.has(fd)) return ERRNO.EBADF;
        const fdstat = zeroedView(memory, result, 24);
        if (fdstat === undefined) return ERRNO.EFAULT;
        fdstat.setUint8(0, CHARACTER_DEVICE);
        // Without the rights to seek and tell, wasi-libc assumes a terminal and buffers lines. It would buffer blocks
        // otherwise, and never flush them.
        fdstat.setBigUint64(8, RIGHT_POLL | (fd === STDIN ? RIGHT_FD_READ : RIGHT_FD_WRITE), true);
        return ERRNO.SUCCESS;
      },
      fd_filestat_get(fd, result) {
        if (!open.has(fd)) return ERRNO.EBADF;
        const filestat = zeroedView(memory, result, 64);
        if (filestat === undefined) return ERRNO.EFAULT;
        filestat.setUint8(16, CHARACTER_DEVICE);
        filestat.setBigUint64(24, 1n, true);
        return ERRNO.SUCCESS;
      },
      // No directory was granted. C libraries look for the first one at 3 and stop there.
      fd_prestat_get: () => ERRNO.EBADF,
      fd_prestat_dir_name: () => ERRNO.EBADF,
      // Nothing blocks and nothing is buffered, so these succeed without any effect.
      fd_fdstat_set_flags: done,
      fd_datasync: done,
      fd_sync: done,
      fd_fdstat_set_rights: always(ERRNO.ENOTSUP),
      fd_renumber: (from, to) => (open.has(from) && open.has(to) ? ERRNO.ENOTSUP : ERRNO.EBADF),
      fd_advise: notSeekable,
      fd_allocate: notSeekable,
      fd_pread: notSeekable,
      fd_pwrite: notSeekable,
      fd_seek: notSeekable,
      fd_tell: notSeekable,
      fd_filestat_set_size: notAFile,
      fd_filestat_set_times: always(ERRNO.ENOTCAPABLE),
      fd_readdir: notDirectory,
      path_create_directory: notDirectory,
      path_filestat_get: notDirectory,
      path_filestat_set_times: notDirectory,
      path_link: notDirectory,
      path_open: notDirectory,
      path_readlink: notDirectory,
      path_remove_directory: notDirectory,
      path_rename: notDirectory,
      path_symlink: (_target, _size, fd) => notDirectory(fd),
      path_unlink_file: notDirectory,
      sock_accept: notSocket,
      sock_recv: notSocket,
      sock_send: notSocket,
      sock_shutdown: notSocket,
    },
  };
}
