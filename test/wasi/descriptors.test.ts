import assert from 'node:assert/strict';
import { ERRNO } from '../../src/wasi/errno';
import { WASI_FUNCTION_NAMES, WASI_SIGNATURES, type WasiName } from '../../src/wasi';
import { hosted } from './hosted';

const { EBADF, EINVAL, ENOTCAPABLE, ENOTDIR, ENOTSOCK, ENOTSUP, ESPIPE, SUCCESS } = ERRNO;

/** What each function answers for standard output; zero for every other parameter. */
const ON_STDOUT: Partial<Record<WasiName, number>> = {
  fd_advise: ESPIPE,
  fd_allocate: ESPIPE,
  fd_close: SUCCESS,
  fd_datasync: SUCCESS,
  fd_fdstat_get: SUCCESS,
  fd_fdstat_set_flags: SUCCESS,
  fd_fdstat_set_rights: ENOTSUP,
  fd_filestat_get: SUCCESS,
  fd_filestat_set_size: EINVAL,
  fd_filestat_set_times: ENOTCAPABLE,
  fd_pread: ESPIPE,
  fd_prestat_dir_name: EBADF,
  fd_prestat_get: EBADF,
  fd_pwrite: ESPIPE,
  fd_read: EBADF,
  fd_readdir: ENOTDIR,
  fd_renumber: ENOTSUP,
  fd_seek: ESPIPE,
  fd_sync: SUCCESS,
  fd_tell: ESPIPE,
  fd_write: SUCCESS,
  path_create_directory: ENOTDIR,
  path_filestat_get: ENOTDIR,
  path_filestat_set_times: ENOTDIR,
  path_link: ENOTDIR,
  path_open: ENOTDIR,
  path_readlink: ENOTDIR,
  path_remove_directory: ENOTDIR,
  path_rename: ENOTDIR,
  path_symlink: ENOTDIR,
  path_unlink_file: ENOTDIR,
  sock_accept: ENOTSOCK,
  sock_recv: ENOTSOCK,
  sock_send: ENOTSOCK,
  sock_shutdown: ENOTSOCK,
};

function call(f: ReturnType<typeof hosted>['f'], name: WasiName, fd: number): number {
  const values = WASI_SIGNATURES[name].parameters.map(type => (type === 'i64' ? 0n : 0) as number | bigint);
  values[name === 'path_symlink' ? 2 : 0] = fd;
  return (f[name] as (...values: (number | bigint)[]) => number)(...values);
}

describe('wasi descriptors', () => {
  const names = WASI_FUNCTION_NAMES.filter(name => /^(fd|path|sock)_/.test(name));

  it('are covered for all functions', () => {
    assert.deepEqual(Object.keys(ON_STDOUT).sort(), [...names].sort());
  });

  for (const name of names) {
    it(`${name} returns ${ON_STDOUT[name]} on stdout and EBADF for an unknown descriptor`, () => {
      assert.equal(call(hosted().f, name, 1), ON_STDOUT[name]);
      for (const fd of [3, 4, -1, 2 ** 31 - 1]) assert.equal(call(hosted().f, name, fd), EBADF, `${fd}`);
    });

    it(`${name} returns EBADF after the descriptor is closed`, () => {
      const { f, lines } = hosted();
      assert.equal(f.fd_close(1), SUCCESS);
      assert.equal(call(f, name, 1), EBADF);
      assert.deepEqual(lines, []);
    });
  }

  it('fd_fdstat_get describes a terminal, without the rights seek and tell', () => {
    const { f, memory } = hosted();
    for (const [fd, rights] of [
      [0, (1n << 1n) | (1n << 27n)],
      [1, (1n << 6n) | (1n << 27n)],
      [2, (1n << 6n) | (1n << 27n)],
    ] as const) {
      memory.bytes.fill(0xff);
      assert.equal(f.fd_fdstat_get(fd, 64), SUCCESS);
      assert.equal(memory.bytes[64], 2);
      assert.equal(memory.view.getUint16(66, true), 0);
      assert.equal(memory.view.getBigUint64(72, true), rights);
      assert.equal(memory.view.getBigUint64(80, true), 0n);
      assert.equal(memory.bytes[88], 0xff);
    }
  });

  it('fd_filestat_get describes a character device', () => {
    const { f, memory } = hosted();
    memory.bytes.fill(0xff);
    assert.equal(f.fd_filestat_get(2, 64), SUCCESS);
    assert.equal(memory.bytes[80], 2);
    assert.equal(memory.view.getBigUint64(88, true), 1n);
    assert.equal(memory.view.getBigUint64(96, true), 0n);
    assert.equal(memory.bytes[128], 0xff);
  });

  it('fd_read of standard input is at its end and writes to no buffer', () => {
    const { f, memory } = hosted();
    memory.view.setUint32(0, 512, true);
    memory.view.setUint32(4, 16, true);
    memory.view.setUint32(1_024, 99, true);
    memory.bytes.fill(7, 512, 528);
    assert.equal(f.fd_read(0, 0, 1, 1_024), SUCCESS);
    assert.equal(memory.view.getUint32(1_024, true), 0);
    assert.ok(
      memory
        .range(512, 16, 'buffer')
        .slice()
        .every(byte => byte === 7),
    );
    assert.equal(f.fd_read(0, 0, 1_025, 1_024), EINVAL);
  });

  it('fd_renumber needs both descriptors', () => {
    const { f } = hosted();
    assert.equal(f.fd_renumber(1, 2), ENOTSUP);
    assert.equal(f.fd_renumber(1, 3), EBADF);
    assert.equal(f.fd_renumber(3, 1), EBADF);
  });
});
