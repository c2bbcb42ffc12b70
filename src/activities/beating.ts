import { Context } from '@temporalio/activity';

const HEARTBEAT_MS = 1000;

/** The same activity, heard from every second: a worker that is gone is noticed by the silence, long before the activity's own time is up. */
export const beating =
  <I, O>(activity: (input: I) => Promise<O>) =>
  async (input: I): Promise<O> => {
    const context = Context.current();
    const beat = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
    try {
      return await activity(input);
    } finally {
      clearInterval(beat);
    }
  };
