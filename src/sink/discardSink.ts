import { SENT, type Sink } from './sink';

/** The sink behind an exporter: the guest was the end of the line. */
export const discardSink: Sink = {
  send: batch => {
    batch.release();
    return Promise.resolve(SENT);
  },
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};
