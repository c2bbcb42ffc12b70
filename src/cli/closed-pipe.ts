import type { Writable } from 'node:stream';

/**
 * Let the reader of a stream leave, as `head` does: what nobody reads is dropped, and the command goes on to its own end, so that
 * whatever it started is stopped and its exit code is its own.
 */
export function survivesClosedPipe(stream: Writable): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
