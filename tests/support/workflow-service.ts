import { workflowBundle } from '../workflows/support';

/** What the tests of a file share; a test may put another in its place. */
export interface Shared<T> {
  current: T;
}

/** Start a service and bundle the workflows before the tests of a file; stop the one that is current after them. */
export function sharedService<T>(start: () => Promise<T>, stop: (service: T) => Promise<unknown>): Shared<T> {
  const shared = {} as Shared<T>;
  beforeAll(async () => {
    shared.current = await start();
    await workflowBundle();
  }, 120_000);
  afterAll(() => stop(shared.current));
  return shared;
}
