import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, type ProcessId } from '../../src/adapters/processes';
import { createLedger } from '../../src/adapters/ledger';
import { RandomStream } from '../../src/core/linalg/random-stream';
import { copyProject, dramatis, startDramatis, type RunJson } from '../e2e/support';

const WHO = ['worker', 'worker', 'server', 'client'] as const;
export type Killed = Record<(typeof WHO)[number], number>;

export interface Survived {
  readonly killed: Killed;
  /** How the run ended each time, asked for once more by a quiet command. */
  readonly ends: readonly { readonly digest: string; readonly resultDigest: string; readonly releases: readonly string[]; readonly ledger: string | null }[];
}

/** Kills in one run at most: then it is let through. */
const PER_RUN = 8;
/** Between two kills, ms: shorter and longer than a stage. */
const PAUSE = [50, 4000] as const;
const COMMANDS = 40;

/** SIGKILL to whom a file of the store names; false where nobody is there. */
function killNamed(file: string): boolean {
  if (!existsSync(file)) return false;
  try {
    const { process: named } = JSON.parse(readFileSync(file, 'utf8')) as { process: ProcessId | null };
    // The file may outlive its process, and another process get its id.
    return named !== null && isAlive(named) && process.kill(named.pid, 'SIGKILL');
  } catch {
    // Half written, or it ended in this moment.
    return false;
  }
}

/** Runs of the project with SIGKILL at random moments to worker, server and client until `kills` were done; a command that ended is given again. */
export async function killedAtRandom(project: string, kills: number, seed: number): Promise<Survived> {
  const random = new RandomStream({ seed, stage: 'extract', use: 'resample', candidate: 0, restart: 0, block: 0 });
  const killed: Killed = { worker: 0, server: 0, client: 0 };
  const total = (): number => killed.worker + killed.server + killed.client;
  const ends: Survived['ends'][number][] = [];
  while (total() < kills) {
    const copy = copyProject(project);
    const home = join(copy, '.dramatis');
    const most = Math.min(kills, total() + PER_RUN);
    for (let command = 0; command < COMMANDS; command++) {
      const { child } = startDramatis(['run', '-p', copy]);
      const ended = new Promise<number | null>((done) => child.on('close', done));
      while (child.exitCode === null && child.signalCode === null && total() < most) {
        const pause = PAUSE[0] + random.uniform() * (PAUSE[1] - PAUSE[0]);
        await Promise.race([ended, new Promise((done) => setTimeout(done, pause))]);
        if (child.exitCode !== null || child.signalCode !== null) break;
        const who = WHO[random.integer(WHO.length)];
        const hit = who === 'client' ? child.kill('SIGKILL') : killNamed(join(home, 'temporal', `${who}.json`));
        if (hit) killed[who]++;
      }
      if ((await ended) === 0) break;
    }
    const last = await dramatis(['run', '-p', copy, '--json']);
    if (last.code !== 0) throw new Error(`after the kills the run ended with ${last.code}\n${last.stderr}\n${last.stdout}`);
    const { digest, resultDigest } = last.json<RunJson>();
    const { firstBad } = await createLedger(home).verify();
    ends.push({ digest, resultDigest, releases: readdirSync(join(home, 'releases', 'shop', 'demo')), ledger: firstBad?.problem ?? null });
  }
  return { killed, ends };
}
