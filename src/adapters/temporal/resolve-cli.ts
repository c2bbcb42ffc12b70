import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { PipelineError } from '../../contracts/errors';

export interface TemporalCli {
  /** Absolute path of the program. */
  readonly path: string;
  /** Such as `1.9.1`. */
  readonly version: string;
}

const EXECUTABLE = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/** The folder that holds package.json, whether this runs from src or from dist. */
function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new PipelineError('TEMPORAL_UNREACHABLE', 'the installation is not complete: it has no package.json');
    folder = parent;
  }
  return folder;
}

/** The version that the bootstrap downloads, and the oldest one accepted. */
function pinned(): { readonly version: string; readonly oldest: string } {
  const text = readFileSync(join(packageRoot(), 'scripts', 'temporal-pin.json'), 'utf8');
  return (JSON.parse(text) as { cli: { version: string; oldest: string } }).cli;
}

/** The user's cache folder; the same rule as in scripts/lib/paths.js, which runs before anything is compiled (a test keeps both equal). */
function cacheDir(env: NodeJS.ProcessEnv): string {
  if (env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME)) return join(env.XDG_CACHE_HOME, 'dramatis');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'dramatis');
  if (process.platform === 'win32')
    return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'dramatis', 'cache');
  return join(homedir(), '.cache', 'dramatis');
}

/** Where the bootstrap keeps its copy, whether or not it is there. */
export function cachedTemporalCli(env: NodeJS.ProcessEnv = process.env): string {
  return join(cacheDir(env), 'temporal', pinned().version, EXECUTABLE);
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** Undefined if the program does not run or is no Temporal CLI. */
async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 60_000 });
    return /(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number));
  const at = a.findIndex((part, i) => part !== b[i]);
  return at >= 0 && a[at] < b[at];
}

/**
 * The Temporal CLI to use: `TEMPORAL_CLI_PATH`, then the first `temporal` on the PATH that is recent enough, then the bootstrap's copy
 * in the user's cache. Starts the program once to ask for its version.
 * @throws PipelineError `TEMPORAL_UNREACHABLE` if there is none, saying how to get one.
 */
export async function resolveTemporalCli(env: NodeJS.ProcessEnv = process.env): Promise<TemporalCli> {
  const named = env.TEMPORAL_CLI_PATH;
  if (named) {
    const version = isFile(named) ? await versionOf(named) : undefined;
    if (version !== undefined) return { path: named, version };
    throw new PipelineError(
      'TEMPORAL_UNREACHABLE',
      `TEMPORAL_CLI_PATH is ${named}, which is no Temporal CLI that runs: correct or unset it`,
    );
  }
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  for (const path of [...folders.map((folder) => join(folder, EXECUTABLE)), cachedTemporalCli(env)].filter(isFile)) {
    const version = await versionOf(path);
    if (version !== undefined && !isOlder(version, pinned().oldest)) return { path, version };
  }
  throw new PipelineError(
    'TEMPORAL_UNREACHABLE',
    'there is no Temporal CLI to run a server with: run `npm run bootstrap`, or set TEMPORAL_CLI_PATH, or set TEMPORAL_ADDRESS to a running server',
  );
}
