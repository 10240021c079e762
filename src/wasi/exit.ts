/**
 * Thrown by `proc_exit`, through the guest's frames, to end its call. Nothing inside WASI catches it: whoever called the
 * guest does, as `GUEST_EXIT`, and never calls that instance again.
 */
export class GuestExit extends Error {
  override readonly name = 'GuestExit';

  /** `exitCode` is the guest's, read as unsigned. */
  constructor(readonly exitCode: number) {
    super(`the guest ended itself with exit code ${exitCode}`);
  }
}
