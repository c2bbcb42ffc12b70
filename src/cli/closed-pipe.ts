import type { Writable } from 'node:stream';

/** A program that runs several command lines in one process listens once. */
const surviving = new WeakSet<Writable>();

/**
 * Let the reader of a stream leave, as `head` does: what nobody reads is dropped, and the command goes on to its own end, so that
 * whatever it started is stopped and its exit code is its own.
 */
export function survivesClosedPipe(stream: Writable): void {
  if (surviving.has(stream)) return;
  surviving.add(stream);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
