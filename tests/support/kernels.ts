import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compileKernels } from '../../src/adapters/compute/kernels';

const ROOT = resolve(__dirname, '../..');
const CACHE = join(ROOT, 'node_modules', '.cache', 'dramatis');
const COMPILER = join(ROOT, 'node_modules', 'assemblyscript', 'package.json');

/** What the module is made of: sources, the script with the compiler's options, the compiler. */
function sources(): readonly string[] {
  const kernels = join(ROOT, 'kernels');
  const files = readdirSync(kernels).filter((name) => name.endsWith('.ts'));
  return [...files.sort().map((name) => join(kernels, name)), join(ROOT, 'scripts', 'build-kernels.js'), COMPILER];
}

/** The kernels compiled from source, as the build does it; kept for the next test under the hash of the sources. */
export function testKernels(): WebAssembly.Module {
  const hash = createHash('sha256');
  for (const file of sources()) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  const path = join(CACHE, `kernels-${hash.digest('hex').slice(0, 16)}.wasm`);
  if (!existsSync(path)) {
    mkdirSync(CACHE, { recursive: true });
    // Several test processes may find it missing at once: each makes its own, the last one stays.
    const own = `${path}.${process.pid}`;
    execFileSync(process.execPath, [join(ROOT, 'scripts', 'build-kernels.js'), own], { stdio: ['ignore', 'ignore', 'inherit'] });
    renameSync(own, path);
  }
  return compileKernels(path);
}
