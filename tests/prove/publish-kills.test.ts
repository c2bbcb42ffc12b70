import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createArtifactStore } from '../../src/adapters/artifacts';
import { createLedger } from '../../src/adapters/ledger';
import { createReleaseStore } from '../../src/adapters/releases';
import { bundle } from '../support/bundle';
import { freshHome } from '../support/home';

const PROVE = process.env.DRAMATIS_PROVE === '1';
const WRITERS = 3;
const KEYS = PROVE ? 1000 : 25;
/** How long a writer lives after its first sign of life, by how many lived before it: from mid-write to several commits. */
const lifetime = (lives: number): number => 5 + ((lives * 61) % 240) + 2 * lives;

/** Keep `WRITERS` processes alive, each killed some time after it began to work, until each has ended by itself. */
async function publishUnderFire(home: string): Promise<{ kills: number; errors: string[] }> {
  const script = bundle('tests/prove/publish-writer.ts');
  const errors: string[] = [];
  let [lives, kills] = [0, 0];
  const live = async (): Promise<void> => {
    for (;;) {
      const child = spawn(process.execPath, [script, home, String(KEYS)], {
        env: { ...process.env, NODE_PATH: resolve('node_modules') },
      });
      const lived = lifetime(lives++);
      child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), lived));
      child.stderr.on('data', (text: Buffer) => errors.push(text.toString()));
      const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
      if (signal === 'SIGKILL') kills++;
      else if (code !== 0) errors.push(`a writer ended with ${code ?? signal}`);
      if (signal !== 'SIGKILL') return;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, live));
  return { kills, errors };
}

it(
  `publishes ${KEYS} keys once each, with ${WRITERS} writers killed again and again`,
  async () => {
    const home = freshHome();
    let torn = 0;
    let polls = 0;
    const reader = createReleaseStore(home);
    const polling = setInterval(() => {
      polls++;
      reader.current('shop', 'prod').catch(() => torn++);
    }, 20);
    const { kills, errors } = await publishUnderFire(home);
    clearInterval(polling);
    const [releases, artifacts, ledger] = [createReleaseStore(home), createArtifactStore(home), createLedger(home)];
    const list = await releases.list('shop', 'prod');
    expect(errors).toEqual([]);
    expect(torn).toBe(0);
    expect(await releases.verify('shop', 'prod')).toEqual({ releases: KEYS, problems: [] });
    expect(new Set(list.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(KEYS);
    for (const { manifest } of list) await artifacts.path(manifest);
    expect((await releases.current('shop', 'prod'))?.n).toBe(KEYS);
    expect(await ledger.verify()).toMatchObject({ entries: KEYS, firstBad: null });
    const leftovers = readdirSync(join(home, 'tmp')).length;
    const written = readdirSync(join(home, 'releases', 'shop', 'prod'));
    for (const name of written) JSON.parse(readFileSync(join(home, 'releases', 'shop', 'prod', name), 'utf8'));
    process.stdout.write(
      `${KEYS} commits by ${WRITERS} writers, ${kills} kills, ${polls} reads: 0 torn, 0 gaps, 0 doubled; ${leftovers} temporary files left\n`,
    );
    expect(kills).toBeGreaterThan(PROVE ? 50 : 2);
  },
  PROVE ? 1_800_000 : 120_000,
);
