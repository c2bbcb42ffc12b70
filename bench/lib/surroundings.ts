import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

/** Where and of what something was measured. */
export interface Surroundings {
  readonly at: string;
  /** Commit, and whether the work tree differed from it. */
  readonly commit: string;
  readonly changed: boolean;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Mean number of running processes over the last minute, at the start of the measure: above 1 others were at work. */
  readonly load: number;
}

const git = (...args: string[]): string => {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
};

/** Of an npm package, as it is installed. */
const versionOf = (name: string): string => (JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as { version: string }).version;

function requirements(): Record<string, string> {
  const lines = readFileSync('bench/requirements.txt', 'utf8').split('\n');
  return Object.fromEntries(lines.flatMap((line) => (/^[\w-]+==/.test(line) ? [line.split('==') as [string, string]] : [])));
}

export function surroundings(python: string): Surroundings {
  const [{ model }] = cpus();
  return {
    at: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD'),
    changed: git('status', '--porcelain', '--untracked-files=no', '--', 'src', 'kernels', 'sql', 'scripts', 'bench') !== '',
    cpu: model.trim(),
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: execFileSync('uname', ['-sr'], { encoding: 'utf8' }).trim(),
    versions: {
      node: process.versions.node,
      'node-api of DuckDB': versionOf('@duckdb/node-api'),
      temporal: versionOf('@temporalio/worker'),
      python: execFileSync(python, ['-c', 'import platform; print(platform.python_version())'], { encoding: 'utf8' }).trim(),
      ...requirements(),
    },
    load: Math.round(10 * loadavg()[0]) / 10,
  };
}
