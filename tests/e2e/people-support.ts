import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseCommit } from '../../src/contracts/manifest';
import type { HeldRelease } from '../../src/contracts/gate';

interface Entry {
  readonly type: string;
  readonly actor: string;
  readonly body: Record<string, unknown>;
}

/** A store as its files say it, read anew at each call. */
export function createStore(home: string) {
  const read = <T>(...place: readonly string[]): T => JSON.parse(readFileSync(join(home, ...place), 'utf8')) as T;
  const line = ['releases', 'shop', 'demo'] as const;
  return {
    home,
    ledger: (): Entry[] =>
      readdirSync(join(home, 'ledger'))
        .filter((name) => /^\d+\.json$/.test(name))
        .sort()
        .map((name) => read<Entry>('ledger', name)),
    releases: (): string[] => (existsSync(join(home, ...line)) ? readdirSync(join(home, ...line)).sort() : []),
    release: (n: number): ReleaseCommit => read(...line, `${n}.json`),
    /** Members when it was committed. */
    members: (n: number): number => read<ReleaseCommit>(...line, `${n}.json`).artifacts['personas.memberships']!.rows!,
    held(): { readonly runId: string; readonly hold: HeldRelease } {
      for (const name of readdirSync(join(home, 'runs')).filter((folder) => !folder.startsWith('.'))) {
        const run = read<{ status: string; runId: string; hold: HeldRelease }>('runs', name, 'run.json');
        if (run.status === 'held') return run;
      }
      throw new Error('no run is held');
    },
  };
}
