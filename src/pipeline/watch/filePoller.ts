/**
 * Detects when a polled file has a new, complete version. A version counts once two consecutive polls have seen it:
 * while a file is being written, its size and time change between polls.
 */
export class FilePoller {
  #served: string | undefined;
  #previous: string | undefined;

  /** `version` is the one in use. */
  constructor(version: string | undefined) {
    this.#served = version;
    this.#previous = version;
  }

  /** Called at each poll; `version` is undefined while the file is missing. Returns true once per new version. */
  poll(version: string | undefined): boolean {
    const isSettled = version !== undefined && version === this.#previous;
    this.#previous = version;
    if (!isSettled || version === this.#served) return false;
    this.#served = version;
    return true;
  }
}
