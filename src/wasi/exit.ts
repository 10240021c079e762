/**
 * Thrown by `proc_exit`, through the guest's frames, to end its call. WASI code never catches it. The caller of the
 * guest turns it into `GUEST_EXIT` and never calls that instance again.
 */
export class GuestExit extends Error {
  override readonly name = 'GuestExit';

  /** `exitCode` comes from the guest, read as unsigned. */
  constructor(readonly exitCode: number) {
    super(`the guest exited with code ${exitCode}`);
  }
}
