import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

/** Compile a thread entry of this repository into one file, as the tests run from source; removed after the tests. Call it outside of `it`. */
export function bundleThread(entry: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'thread-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'thread.js');
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
