import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

/** Compile a thread entry of this repository into one file, as the tests run from source; returns its path. */
export function bundleThread(entry: string): string {
  const outfile = join(mkdtempSync(join(tmpdir(), 'thread-')), 'thread.js');
  buildSync({
    entryPoints: [resolve(__dirname, '../../..', entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  });
  return outfile;
}
