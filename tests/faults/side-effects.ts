import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createLedger } from '../../src/adapters/ledger';
import { RandomStream } from '../../src/core/linalg/random-stream';
import { copyProject, dramatis, succeed, temporaryFolder, type RunJson } from '../e2e/support';

export const HOWS = ['throw', 'exit', 'hang', 'partial', 'kill', 'server'] as const;
export type How = (typeof HOWS)[number];

/** A change of the file system that the worker makes in a run: its name, and whether half of it can be made. */
export interface Point {
  readonly point: string;
  readonly partial: boolean;
}
export interface Fault {
  readonly point: string;
  readonly how: How;
}

const HOOK = resolve(__dirname, 'hook.js');
const envOf = (plan: unknown): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: [process.env.NODE_OPTIONS, `--require ${HOOK}`].filter(Boolean).join(' '),
  DRAMATIS_FAULT_PLAN: JSON.stringify(plan),
});

/** Every fault point of an undisturbed run, in the order in which they are reached, and how that run ended. */
export async function undisturbed(project: string): Promise<{ readonly points: readonly Point[]; readonly run: RunJson }> {
  const record = join(temporaryFolder(), 'points');
  const outcome = await succeed(['run', '-p', copyProject(project), '--json'], { env: envOf({ record }) });
  const points = readFileSync(record, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Point);
  return { points, run: outcome.json<RunJson>() };
}

/** Each point with each way to fail that fits it. */
export const faultsOf = (points: readonly Point[]): Fault[] =>
  points.flatMap(({ point, partial }) => HOWS.filter((how) => partial || how !== 'partial').map((how) => ({ point, how })));

/** Some of the faults, spread evenly over their order, from a Philox stream. */
export function someOf(faults: readonly Fault[], count: number, seed: number): Fault[] {
  const random = new RandomStream({ seed, stage: 'selection', use: 'resample', candidate: 0, restart: 0, block: 0 });
  const step = faults.length / count;
  return count >= faults.length ? [...faults] : Array.from({ length: count }, (_, i) => faults[Math.floor((i + random.uniform()) * step)]);
}

/** The file that says that a fault was done; as in hook.js. */
const markerOf = ({ point, how }: Fault): string => encodeURIComponent(`${how} ${point}`).slice(0, 200);

export interface Disturbed {
  /** Faults that were reached and done: a point after another fault may be reached by another path, under another number. */
  readonly done: readonly Fault[];
  readonly digest: string;
  readonly resultDigest: string;
  readonly releases: readonly string[];
  /** What is wrong with the ledger; null where nothing is. */
  readonly ledger: string | null;
  /** How often the command was given again because it ended with an error. */
  readonly again: number;
}

const AGAIN = 3;

/** One run with these faults, each once; a command that ends with an error is given again, as an operator would. */
export async function disturbed(project: string, faults: readonly Fault[]): Promise<Disturbed> {
  const copy = copyProject(project);
  const folder = temporaryFolder();
  const env = envOf({ folder, faults });
  for (let again = 0; ; again++) {
    const outcome = await dramatis(['run', '-p', copy, '--json'], { env });
    if (outcome.code !== 0 && again < AGAIN) continue;
    if (outcome.code !== 0) throw new Error(`with ${JSON.stringify(faults)} the run ended with ${outcome.code}\n${outcome.stderr}\n${outcome.stdout}`);
    const run = outcome.json<RunJson>();
    const home = join(copy, '.dramatis');
    const { firstBad } = await createLedger(home).verify();
    return {
      done: faults.filter((fault) => existsSync(join(folder, markerOf(fault)))),
      digest: run.digest,
      resultDigest: run.resultDigest,
      releases: readdirSync(join(home, 'releases', 'shop', 'demo')),
      ledger: firstBad?.problem ?? null,
      again,
    };
  }
}
