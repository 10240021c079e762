import { SENT, type Sink } from './sink';

/** The sink of an exporter adapter: the guest is the destination, so nothing is left to send. */
export const discardSink: Sink = {
  send: batch => {
    batch.release();
    return Promise.resolve(SENT);
  },
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};
