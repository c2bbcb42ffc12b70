import { CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/common';
import { failureInterceptor, toFailure } from '../../src/activities/failures';
import { PipelineError } from '../../src/contracts/errors';

const SECRET = 'jane@example.org';

/** Everything of a failure that a history or a log would show. */
const shown = (failure: unknown): string => {
  const { name, message, stack, cause, details, type } = failure as ApplicationFailure;
  return JSON.stringify([name, message, stack, details, type]) + (cause === undefined ? '' : shown(cause));
};

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('an error that is not of the pipeline', () => {
  const file = Object.assign(new Error(`EIO: i/o error, open '${SECRET}'`), { code: 'EIO' });
  const lines = new TypeError(`bad row\n    at ${SECRET} (row:1:1)\nmore ${SECRET}`);
  it.each<[string, unknown, string, string | null]>([
    ['of the operating system', file, 'Error', 'EIO'],
    ['of JSON', thrown(() => JSON.parse(`{"id": ${SECRET}`)), 'SyntaxError', null],
    ['with a cause', new RangeError(`no ${SECRET}`, { cause: file }), 'RangeError', null],
    ['whose message looks like a stack', lines, 'TypeError', null],
    ['whose name and code are values', Object.assign(new Error('x'), { name: SECRET, code: SECRET }), 'Error', null],
    ['that is a text', SECRET, 'string', null],
  ])('%s is a transient ENGINE_FAILED that tells its name and errno only, also in the log', (_, error, name, errno) => {
    const log: string[] = [];
    const failure = toFailure(error, (text) => log.push(text));
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ type: 'ENGINE_FAILED', nonRetryable: false, details: [{ error: name, errno }] });
    expect(log).toHaveLength(1);
    expect(log[0]).toContain(name);
    expect(shown(failure) + log.join()).not.toContain('jane');
  });

  it('about rights or places is permanent: trying again changes nothing', () => {
    const log: string[] = [];
    const denied = Object.assign(new Error(`EACCES: permission denied, open '${SECRET}'`), { code: 'EACCES' });
    const failure = toFailure(denied, (text) => log.push(text));
    expect(failure).toMatchObject({ type: 'STORE_UNUSABLE', nonRetryable: true, details: [{ errno: 'EACCES' }] });
    expect(shown(failure) + log.join()).not.toContain('jane');
  });

  it('is logged with the place it was thrown at', () => {
    const log: string[] = [];
    toFailure(lines, (text) => log.push(text));
    expect(log[0]).toMatch(/^an activity failed with TypeError\n {4}at .*failures\.test\.ts:\d+/);
  });
});

it('an error of the pipeline keeps code, class, message and details, and of its cause the name', () => {
  const cause = Object.assign(new Error(`EIO: read '${SECRET}'`), { code: 'EIO' });
  const failure = toFailure(new PipelineError('DISK_FULL', 'no space', { bytes: 7 }, { cause }));
  expect(failure).toMatchObject({
    type: 'DISK_FULL',
    message: 'no space',
    nonRetryable: false,
    details: [{ bytes: 7 }],
    cause: { message: 'Error (EIO)' },
  });
  expect(shown(failure)).not.toContain('jane');
  expect(toFailure(new PipelineError('ROWS_LOST', 'x'))).toMatchObject({ nonRetryable: true });
});

it("the SDK's own classes stay what they are, and an abort is one still", () => {
  for (const error of [
    new CancelledFailure('x'),
    new CompleteAsyncError(),
    ApplicationFailure.nonRetryable('x'),
    new TimeoutFailure('x', undefined, 'HEARTBEAT'),
  ])
    expect(toFailure(error)).toBe(error);
  const abort = toFailure(Object.assign(new Error(SECRET), { name: 'AbortError' }));
  expect(abort).toBeInstanceOf(Error);
  expect(abort).toMatchObject({ name: 'AbortError', message: 'the activity was cancelled' });
});

it('the interceptor lets results through and refuses those too large for a history', async () => {
  const { inbound } = failureInterceptor();
  const execute = (result: unknown): Promise<unknown> | undefined =>
    inbound?.execute?.({ args: [], headers: {} }, () => Promise.resolve(result));
  expect(await execute({ a: 1 })).toEqual({ a: 1 });
  await expect(execute('x'.repeat(300_000))).rejects.toMatchObject({ type: 'PAYLOAD_TOO_LARGE', nonRetryable: true });
});
