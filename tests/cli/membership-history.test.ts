import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createArtifactStore } from '../../src/adapters/artifacts';
import { createSqlEngine, createSqlModels } from '../../src/adapters/duckdb';
import { createLedger } from '../../src/adapters/ledger';
import { createFolderShelf } from '../../src/adapters/shelf';
import { lineOfReleases, writeHistory } from '../../src/cli/membership-history';
import type { ReleaseCommit } from '../../src/contracts/manifest';
import type { ArtifactStore } from '../../src/core/ports';
import { duck } from '../support/published';
import { draftOf } from '../support/release';

let folder: string;
let artifacts: ArtifactStore;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dramatis-history-'));
  artifacts = createArtifactStore(join(folder, 'home'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const deps = () => ({
  store: { shelf: createFolderShelf(join(folder, 'home')), artifacts, ledger: createLedger(join(folder, 'home')) },
  models: createSqlModels(),
  engine: (store: ArtifactStore) => createSqlEngine({ artifacts: store, threads: 1, memoryLimit: '512MB', temporary: join(folder, 'tmp') }),
});

/** A release with the memberships given, e.g. `{a: 'psn_x', b: null}`. */
async function release(n: number, asOf: string, members: Readonly<Record<string, string | null>>, more: Partial<ReleaseCommit> = {}): Promise<ReleaseCommit> {
  const path = await artifacts.temporary('parquet');
  const rows = Object.entries(members).map(([pid, key]) => `('${pid}', ${key === null ? 'NULL' : `'${key}'`})`);
  await duck(`COPY (SELECT pid, persona_key::VARCHAR AS persona_key FROM (VALUES ${rows.join(', ')}) AS t(pid, persona_key) ORDER BY pid) TO '${path}' (FORMAT parquet)`);
  const issuedKeys = Object.values(members).filter((key) => key !== null);
  return {
    ...draftOf(`key ${n}`, { asOf }), format: 1, n, previous: null, previousSha256: null, promoted: true, superseded: false,
    artifacts: { 'personas.memberships': await artifacts.adopt('personas.memberships', path, rows.length), 'personas.personas': await artifacts.writeJson('personas.personas', { issuedKeys }) },
    ...more,
  };
}

describe('the membership history', () => {
  const three = async (): Promise<ReleaseCommit[]> => [
    await release(1, '2026-01-01', { a: 'psn_x', b: 'psn_x', c: null }),
    await release(2, '2026-01-02', { a: 'psn_x', b: 'psn_y', c: null }),
    await release(3, '2026-01-08', { a: 'psn_x', c: 'psn_y' }),
  ];
  const read = (file: string) => duck(`SELECT pid, persona_key, valid_from::VARCHAR AS valid_from, valid_to::VARCHAR AS valid_to FROM read_parquet('${file}')`);

  it('is a row per customer and spell, in a file for its owner only, and leaves nothing in the store', async () => {
    const out = join(folder, 'all.parquet');
    const releases = await three();
    const objects = () => readdirSync(join(folder, 'home', 'objects'), { recursive: true }).length;
    const before = objects();
    const written = await writeHistory(deps(), { releases, out, persona: null });
    expect(await read(out)).toEqual([
      { pid: 'a', persona_key: 'psn_x', valid_from: '2026-01-01', valid_to: null },
      { pid: 'b', persona_key: 'psn_x', valid_from: '2026-01-01', valid_to: '2026-01-02' },
      { pid: 'b', persona_key: 'psn_y', valid_from: '2026-01-02', valid_to: '2026-01-08' },
      { pid: 'c', persona_key: null, valid_from: '2026-01-01', valid_to: '2026-01-08' },
      { pid: 'c', persona_key: 'psn_y', valid_from: '2026-01-08', valid_to: null },
    ]);
    expect(written).toEqual({ file: out, rows: 5, releases: [{ release: 1, asOf: '2026-01-01' }, { release: 2, asOf: '2026-01-02' }, { release: 3, asOf: '2026-01-08' }], collected: [] });
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(objects()).toBe(before);
  });

  it('can be of one persona; a key that was never issued is refused', async () => {
    const out = join(folder, 'one.parquet');
    const releases = await three();
    await writeHistory(deps(), { releases, out, persona: 'psn_y' });
    expect((await read(out)).map(({ pid }) => pid)).toEqual(['b', 'c']);
    await expect(writeHistory(deps(), { releases, out, persona: 'psn_z' })).rejects.toMatchObject({ code: 'PERSONA_NOT_FOUND', details: { persona: 'psn_z' } });
    await expect(writeHistory(deps(), { releases: [], out, persona: null })).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' });
    await expect(writeHistory(deps(), { releases, out: join(folder, 'nowhere', 'x.parquet'), persona: null })).rejects.toMatchObject({ code: 'STORE_UNUSABLE' });
  });

  it('leaves out releases that were collected, by record, and names them; others that are gone are a fault', async () => {
    const out = join(folder, 'collected.parquet');
    const releases = await three();
    const { sha256 } = releases[1].artifacts['personas.memberships'];
    rmSync(join(folder, 'home', 'objects', 'sha256', sha256.slice(0, 2), sha256.slice(2)));
    await expect(writeHistory(deps(), { releases, out, persona: null })).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
    const list = await artifacts.writeJson('gc.objects', { objects: [sha256] });
    await deps().store.ledger.append({ type: 'gc.removed', actor: 'ana', reason: 'old', at: '2026-03-01T00:00:00.000Z', subject: 'store', body: { list: list.sha256 } });
    const written = await writeHistory(deps(), { releases, out, persona: null });
    expect(written).toMatchObject({ releases: [{ release: 1 }, { release: 3 }], collected: [{ release: 2, asOf: '2026-01-02' }] });
    expect((await read(out)).map(({ pid, valid_from, valid_to }) => [pid, valid_from, valid_to])).toEqual([
      ['a', '2026-01-01', null],
      ['b', '2026-01-01', '2026-01-08'],
      ['c', '2026-01-01', '2026-01-08'],
      ['c', '2026-01-08', null],
    ]);
    await expect(writeHistory(deps(), { releases: [releases[1]], out, persona: null })).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND', message: expect.stringContaining('collected') });
  });

  it('takes one release per as-of: the newest promoted, or the newest', async () => {
    const [a, b, c] = await three();
    const again = { ...a, n: 4, asOf: '2026-01-01' };
    const late = { ...b, n: 5, asOf: '2026-01-01', promoted: false, superseded: true };
    const old = { ...c, n: 6, asOf: '2025-12-31', promoted: false, superseded: true };
    expect(lineOfReleases([a, b, c, again, late, old]).map(({ n }) => n)).toEqual([6, 4, 2, 3]);
  });
});
