import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { freshHome } from './home';

/** Bundle a TypeScript file into one that plain Node runs, for tests that need processes to kill. */
export function bundle(source: string): string {
  const outfile = join(freshHome(), 'bundle.cjs');
  const esbuild = resolve('node_modules', '.bin', 'esbuild');
  execFileSync(
    esbuild,
    [
      resolve(source),
      '--bundle',
      '--platform=node',
      '--target=node20',
      '--packages=external',
      `--outfile=${outfile}`,
      '--log-level=error',
    ],
    {
      env: { ...process.env, NODE_PATH: resolve('node_modules') },
    },
  );
  return outfile;
}
