import { Writer } from './writer';

const shared = new Writer();
let sharedInUse = false;

/** Runs `write` on the shared writer. A getter among the attributes may encode too: it gets a writer of its own. */
function withWriter(write: (writer: Writer) => void): Writer {
  if (sharedInUse) {
    const own = new Writer();
    write(own);
    return own;
  }
  sharedInUse = true;
  try {
    shared.reset();
    write(shared);
  } finally {
    sharedInUse = false;
  }
  return shared;
}

/** Bytes that `write` writes, as a view that is void as soon as anything else is encoded. */
export function borrow(write: (writer: Writer) => void): Uint8Array {
  return withWriter(write).written();
}

/** Bytes that `write` writes, in a buffer of their own. */
export function copyOut(write: (writer: Writer) => void): Uint8Array {
  // The constructor copies without first filling with zeros.
  return new Uint8Array(borrow(write));
}
