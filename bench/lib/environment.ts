import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runChild } from './child';

const FOLDER = resolve('.bench-env');
const REQUIREMENTS = resolve('bench/requirements.txt');

export const PYTHON = join(FOLDER, 'bin', 'python');

/** The peers' own Python, made once per list of requirements. `BENCH_PYTHON_BASE` names the interpreter it is made with (default python3). */
export async function ensurePython(say: (line: string) => void): Promise<void> {
  const wanted = readFileSync(REQUIREMENTS, 'utf8');
  const stamp = join(FOLDER, 'requirements.txt');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(PYTHON)) return;
  say('installing the peers into .bench-env');
  rmSync(stamp, { force: true });
  mkdirSync(FOLDER, { recursive: true });
  await runChild(process.env.BENCH_PYTHON_BASE ?? 'python3', ['-m', 'venv', FOLDER]);
  await runChild(PYTHON, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS]);
  writeFileSync(stamp, wanted);
}
