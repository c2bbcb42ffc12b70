import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createArtifactStore } from '../../src/adapters/artifacts';
import { createLedger } from '../../src/adapters/ledger';
import { createReleaseStore } from '../../src/adapters/releases';
import { bundle } from './bundle';

const WRITERS = 3;
const READERS = 10;
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

interface Reads {
  reads: number;
  torn: number;
  mixed: number;
  backwards: number;
}

/** Read the current release and two of its objects again and again, as one reader of `READERS` would. */
async function readWhile(home: string, going: () => boolean, seen: Reads): Promise<void> {
  const [releases, artifacts] = [createReleaseStore(home), createArtifactStore(home)];
  for (let last = 0; going(); await nextTurn()) {
    const commit = await releases.current('shop', 'prod').catch(() => void seen.torn++);
    seen.reads++;
    if (!commit) continue;
    if (commit.n < last) seen.backwards++;
    last = commit.n;
    const parts = Object.values(commit.artifacts).map((ref) => artifacts.readJson<{ key: number }>(ref));
    const keys = await Promise.all(parts).catch(() => void seen.torn++);
    if (keys?.some(({ key }) => `key ${key}` !== commit.idempotencyKey)) seen.mixed++;
  }
}

/** Publish `keys` keys with writers killed again and again while readers read, then check everything they left. */
export async function publishUnderFire(
  home: string,
  keys: number,
): Promise<{ readonly kills: number; readonly reads: number; readonly report: string }> {
  const seen: Reads = { reads: 0, torn: 0, mixed: 0, backwards: 0 };
  let going = true;
  const readers = Array.from({ length: READERS }, () => readWhile(home, () => going, seen));
  const { kills, errors } = await writeUnderFire(home, keys);
  going = false;
  await Promise.all(readers);
  const [releases, artifacts] = [createReleaseStore(home), createArtifactStore(home)];
  const list = await releases.list('shop', 'prod');
  expect(errors).toEqual([]);
  const { reads } = seen;
  expect(seen).toEqual({ reads, torn: 0, mixed: 0, backwards: 0 });
  expect(await releases.verify('shop', 'prod')).toEqual({ releases: keys, problems: [] });
  expect(new Set(list.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(keys);
  for (const { manifest, artifacts: parts } of list) for (const ref of [manifest, ...Object.values(parts)]) await artifacts.path(ref);
  expect((await releases.current('shop', 'prod'))?.n).toBe(keys);
  expect(await createLedger(home).verify()).toMatchObject({ entries: keys, firstBad: null });
  const leftovers = readdirSync(join(home, 'tmp')).length;
  const report = `${keys} commits by ${WRITERS} writers, ${kills} kills: 0 torn, 0 gaps, 0 doubled; ${reads} reads by ${READERS} readers meanwhile: 0 mixed, 0 torn, 0 backwards; ${leftovers} temporary files left`;
  return { kills, reads, report };
}
