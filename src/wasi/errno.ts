/** WASI preview 1 `errno`: the values that this host returns (typenames.witx numbers them by position). */
export const ERRNO = {
  SUCCESS: 0,
  EBADF: 8,
  EFAULT: 21,
  EINVAL: 28,
  ENOSYS: 52,
  ENOTDIR: 54,
  ENOTSOCK: 57,
  ENOTSUP: 58,
  ESPIPE: 70,
  ENOTCAPABLE: 76,
} as const;
