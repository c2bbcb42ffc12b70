import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createArtifactStore } from '../../src/adapters/artifacts';
import { createLedger } from '../../src/adapters/ledger';
import { createReleaseStore } from '../../src/adapters/releases';
import { bundle } from './bundle';

const WRITERS = 3;
/** How long a writer lives after its first sign of life, by how many lived before it: from mid-write to several commits. */
const lifetime = (lives: number): number => 5 + ((lives * 61) % 240) + 2 * lives;

/** Keep `WRITERS` processes alive, each killed some time after it began to work, until each has ended by itself. */
async function writeUnderFire(home: string, keys: number): Promise<{ kills: number; errors: string[] }> {
  const script = bundle('tests/support/publish-writer.ts');
  const errors: string[] = [];
  let [lives, kills] = [0, 0];
  const live = async (): Promise<void> => {
    for (;;) {
      const child = spawn(process.execPath, [script, home, String(keys)], {
        env: { ...process.env, NODE_PATH: resolve('node_modules') },
      });
      const lived = lifetime(lives++);
      child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), lived));
      child.stderr.on('data', (text: Buffer) => errors.push(text.toString()));
      const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
      if (signal !== 'SIGKILL') {
        if (code !== 0) errors.push(`a writer ended with ${code ?? signal}`);
        return;
      }
      kills++;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, live));
  return { kills, errors };
}

/** Publish `keys` keys with writers killed again and again while a reader polls, then check everything they left. */
export async function publishUnderFire(
  home: string,
  keys: number,
): Promise<{ readonly kills: number; readonly report: string }> {
  let [torn, polls] = [0, 0];
  const reader = createReleaseStore(home);
  const polling = setInterval(() => {
    polls++;
    reader.current('shop', 'prod').catch(() => torn++);
  }, 20);
  const { kills, errors } = await writeUnderFire(home, keys);
  clearInterval(polling);
  const [releases, artifacts] = [createReleaseStore(home), createArtifactStore(home)];
  const list = await releases.list('shop', 'prod');
  expect(errors).toEqual([]);
  expect(torn).toBe(0);
  expect(await releases.verify('shop', 'prod')).toEqual({ releases: keys, problems: [] });
  expect(new Set(list.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(keys);
  for (const { manifest } of list) await artifacts.path(manifest);
  expect((await releases.current('shop', 'prod'))?.n).toBe(keys);
  expect(await createLedger(home).verify()).toMatchObject({ entries: keys, firstBad: null });
  const leftovers = readdirSync(join(home, 'tmp')).length;
  const report = `${keys} commits by ${WRITERS} writers, ${kills} kills, ${polls} reads: 0 torn, 0 gaps, 0 doubled; ${leftovers} temporary files left`;
  return { kills, report };
}
