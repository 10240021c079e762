/**
 * Tells when a file that is polled has a new version, and is complete: a version counts once two polls in a row have seen
 * it, since a file that is being written changes its size and time from one poll to the next.
 */
export class FilePoller {
  #served: string | undefined;
  #previous: string | undefined;

  /** `version` is the version that is in use. */
  constructor(version: string | undefined) {
    this.#served = version;
    this.#previous = version;
  }

  /** Called at each poll; undefined while the file is not there. True for a new version, once. */
  poll(version: string | undefined): boolean {
    const isSettled = version !== undefined && version === this.#previous;
    this.#previous = version;
    if (!isSettled || version === this.#served) return false;
    this.#served = version;
    return true;
  }
}
