import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createArtifactStore } from '../../../src/adapters/artifacts';
import { createFilesSink, type FilesSinkOptions } from '../../../src/adapters/sinks';
import type { ReleaseCommit } from '../../../src/contracts/manifest';
import type { PublishedPersonas } from '../../../src/core/personas';
import type { ArtifactStore, Vault } from '../../../src/core/ports';
import { sha256Hex } from '../../../src/core/audit';
import { freshHome } from '../../support/home';
import { duck, publishedArtifacts } from '../../support/published';
import { releaseOf } from '../../support/members';
import { draftOf } from '../../support/release';

const TABLES = ['at_risk', 'customer_features', 'customer_personas', 'personas', 'whales'];

describe('files sink', () => {
  let root: string;
  let artifacts: ArtifactStore;
  let release: ReleaseCommit;
  const sinkOf = (more: Partial<FilesSinkOptions> = {}) => {
    const engine = { threads: 1, memoryLimit: '500MB', temporary: join(root, '..', 'duckdb') };
    return createFilesSink({
      name: 'files',
      root,
      formats: ['parquet', 'csv', 'json', 'duckdb'],
      kMin: 11,
      artifacts,
      engine,
      vault: null,
      ...more,
    });
  };
  const commitOf = (n: number, more: Partial<ReleaseCommit> = {}): ReleaseCommit => ({ ...release, n, ...more });

  beforeEach(async () => {
    const home = freshHome();
    root = join(home, 'published', 'shop', 'prod');
    artifacts = createArtifactStore(home);
    const manifest = await artifacts.writeJson('run.manifest', { format: 1 });
    const draft = draftOf('key', { manifest, artifacts: await publishedArtifacts(artifacts) });
    release = { ...draft, format: 1, n: 1, previous: null, previousSha256: null, promoted: true, superseded: false };
  });

  it('writes every table in every format, the documents and a receipt, for the owner alone', async () => {
    const receipt = await sinkOf().deliver(release);
    const files = readdirSync(join(root, '1'));
    const tables = TABLES.flatMap((name) => [`${name}.csv`, `${name}.json`, `${name}.parquet`]);
    expect(files.sort()).toEqual(
      [...tables, 'dramatis.duckdb', 'manifest.json', 'model-card.md', 'receipt.json', 'report.html'].sort(),
    );
    expect(receipt.files.map(({ name }) => name)).toEqual(files.filter((name) => name !== 'receipt.json'));
    for (const { name, bytes } of receipt.files) expect(statSync(join(root, '1', name)).size).toBe(bytes);
    for (const name of files) expect(statSync(join(root, '1', name)).mode & 0o777).toBe(0o600);
    expect(statSync(join(root, '1')).mode & 0o777).toBe(0o700);
  });

  it('gives the same rows in every format, and in the database', async () => {
    await sinkOf().deliver(release);
    const at = (name: string): string => join(root, '1', name);
    for (const name of TABLES.filter((table) => table !== 'personas')) {
      const rows = await duck(`SELECT * FROM read_parquet('${at(`${name}.parquet`)}')`);
      expect(rows.length).toBeGreaterThan(0);
      expect(await duck(`ATTACH '${at('dramatis.duckdb')}' AS d (READ_ONLY)`, `SELECT * FROM d.${name}`)).toEqual(rows);
      const [{ n }] = await duck(
        `SELECT count(*)::INTEGER AS n FROM read_csv('${at(`${name}.csv`)}', header = true, all_varchar = true)`,
      );
      expect(n).toBe(rows.length);
      expect(JSON.parse(readFileSync(at(`${name}.json`), 'utf8'))).toHaveLength(rows.length);
    }
    const [first] = await duck(`SELECT * FROM read_parquet('${at('customer_personas.parquet')}') LIMIT 1`);
    expect(first).toEqual({
      pid: 'c_01',
      persona_key: 'psn_aaaaaaaa',
      persona_name: 'Frequent Big Spenders',
      cluster: 0,
      margin: 0.1,
      probability: 0.75,
      runner_up_key: null,
    });
  });

  it('writes the personas with exact revenue, and leaves out counts of fewer than kMin customers', async () => {
    await sinkOf({ kMin: 8 }).deliver(release);
    const rows = await duck(
      `SELECT persona_key, customers, revenue, whales, at_risk FROM read_parquet('${join(root, '1', 'personas.parquet')}')`,
    );
    // kMin is 8: 1 whale and 3 at risk are too few; 0 at risk points at nobody
    expect(rows).toEqual([
      { persona_key: 'psn_aaaaaaaa', customers: '12', revenue: '1234.5000', whales: null, at_risk: '0' },
      { persona_key: 'psn_bbbbbbbb', customers: '8', revenue: '1234.5000', whales: null, at_risk: null },
    ]);
  });

  it('leaves the same counts out of the JSON of the personas, and those they would follow from', async () => {
    const receipt = await sinkOf().deliver(release);
    const text = readFileSync(join(root, '1', 'personas.json'), 'utf8');
    const json = JSON.parse(text) as PublishedPersonas;
    // kMin is 11: 8 of 20 customers are too few, and the other 12 would give them away
    expect(
      json.personas.map(({ customers, share, revenue, whales, atRisk }) => [customers, share, revenue, whales, atRisk]),
    ).toEqual([
      [null, null, null, null, 0],
      [null, null, null, null, null],
    ]);
    expect(json.whales).toEqual({ rule: 'top 1 %', customers: null, revenueShare: null });
    expect(json.atRisk).toEqual({ rule: 'gap', customers: null });
    expect(receipt.files.find(({ name }) => name === 'personas.json')).toMatchObject({
      bytes: Buffer.byteLength(text),
      logicalDigest: sha256Hex(text),
    });
    const flat = await duck(
      `SELECT customers, share, revenue FROM read_parquet('${join(root, '1', 'personas.parquet')}')`,
    );
    expect(flat).toEqual(json.personas.map(() => ({ customers: null, share: null, revenue: null })));
  });

  it('defuses text cells that begin like a formula in CSV files, counts them, and leaves numbers alone', async () => {
    const receipt = await sinkOf().deliver(release);
    const csv = readFileSync(join(root, '1', 'customer_features.csv'), 'utf8').split('\n');
    expect(csv[0]).toBe('pid,frequency,monetary,country_group');
    expect(csv[3]).toBe(`c_03,3,-3.0000,"'=HYPERLINK(""x"")"`);
    expect(csv[4]).toBe(`c_04,4,-4.0000,'-`);
    expect(csv[5]).toContain(`c_05,5,-5.0000,'\tx`);
    const defused = Object.fromEntries(receipt.files.map(({ name, defused: cells }) => [name, cells]));
    expect(defused).toMatchObject({
      'customer_features.csv': 3,
      'personas.csv': 1,
      'customer_personas.csv': 8,
      'customer_features.parquet': null,
    });
    const parquet = await duck(
      `SELECT country_group FROM read_parquet('${join(root, '1', 'customer_features.parquet')}') WHERE pid = 'c_03'`,
    );
    expect(parquet).toEqual([{ country_group: '=HYPERLINK("x")' }]);
  });

  it('gives all formats of a table one logical digest, the SHA-256 of its CSV in the order of its key', async () => {
    const { files } = await sinkOf().deliver(release);
    const digests = (table: string): Set<string> =>
      new Set(files.filter(({ name }) => name.startsWith(`${table}.`)).map(({ logicalDigest }) => logicalDigest));
    for (const table of TABLES.filter((name) => name !== 'personas')) expect(digests(table).size).toBe(1);
    const whales = 'c_01,psn_aaaaaaaa,1'
      .split(',')
      .map((cell) => `"${cell}"`)
      .join(',');
    expect([...digests('whales')]).toEqual([sha256Hex(`"pid","persona_key","rank"\n${whales}\n`)]);
  });

  it('gives a second delivery elsewhere the same digests and the same bytes, but for the database', async () => {
    const [a, b] = [
      await sinkOf().deliver(release),
      await sinkOf({ root: join(root, '..', 'elsewhere') }).deliver(release),
    ];
    expect(b.files.map(({ name, logicalDigest }) => [name, logicalDigest])).toEqual(
      a.files.map(({ name, logicalDigest }) => [name, logicalDigest]),
    );
    for (const { name } of a.files.filter((file) => file.name !== 'dramatis.duckdb')) {
      expect(sha256Hex(readFileSync(join(root, '..', 'elsewhere', '1', name)))).toBe(
        sha256Hex(readFileSync(join(root, '1', name))),
      );
    }
  });

  it('tells from the second release on who came, went or is in another persona', async () => {
    const member = (pid: string, in_: 0 | 1) => ({ pid, persona: in_, country: 'UK' });
    await sinkOf({ formats: ['csv'] }).deliver(await releaseOf(artifacts, 1, [member('c_1', 0), member('c_2', 0), member('c_3', 1)]));
    const { delta, files } = await sinkOf({ formats: ['csv'] }).deliver(
      await releaseOf(artifacts, 2, [member('c_1', 1), member('c_3', 1), member('c_4', 0)]),
    );
    expect(readFileSync(join(root, '2', 'changes.csv'), 'utf8').trimEnd().split('\n')).toEqual([
      'pid,change,persona_key,persona_name,previous_persona_key',
      "c_1,changed,psn_bbbbbbbb,'=Rare,psn_aaaaaaaa",
      'c_2,removed,,,psn_aaaaaaaa',
      'c_4,added,psn_aaaaaaaa,Regulars,',
    ]);
    expect(delta).toEqual({ base: 1, added: 1, changed: 1, removed: 1, unchanged: 1 });
    expect(files.find(({ name }) => name === 'changes.csv')).toMatchObject({ rows: 3, defused: 1 });
  });

  it('does not deliver a delivered release again', async () => {
    const first = await sinkOf().deliver(release);
    const { ino, mtimeMs } = statSync(join(root, '1', 'personas.csv'));
    // Nothing is read for it either: the objects may be gone by then.
    rmSync(join(root, '..', '..', '..', 'objects'), { recursive: true });
    expect(await sinkOf().deliver(release)).toEqual(first);
    expect(statSync(join(root, '1', 'personas.csv'))).toMatchObject({ ino, mtimeMs });
  });

  it('delivers once when tried several times at once, and leaves nothing else behind', async () => {
    const receipts = await Promise.all(Array.from({ length: 3 }, () => sinkOf({ formats: ['csv'] }).deliver(release)));
    expect(new Set(receipts.map((receipt) => JSON.stringify(receipt))).size).toBe(1);
    expect(readdirSync(root).sort()).toEqual(['1', 'current']);
  });

  it('links current to the newest promoted release, whatever the order of deliveries', async () => {
    const sink = sinkOf({ formats: ['json'] });
    await sink.deliver(commitOf(2));
    expect(lstatSync(join(root, 'current')).isSymbolicLink()).toBe(true);
    expect(readlinkSync(join(root, 'current'))).toBe('2');
    await sink.deliver(commitOf(1));
    await sink.deliver(commitOf(3, { promoted: false, superseded: true }));
    expect(readlinkSync(join(root, 'current'))).toBe('2');
    await sink.deliver(commitOf(4));
    expect(readlinkSync(join(root, 'current'))).toBe('4');
    expect(readdirSync(root).sort()).toEqual(['1', '2', '3', '4', 'current']);
  });

  it('repairs a missing link when a release is delivered again', async () => {
    await sinkOf({ formats: ['json'] }).deliver(release);
    rmSync(join(root, 'current'));
    await sinkOf({ formats: ['json'] }).deliver(release);
    expect(readlinkSync(join(root, 'current'))).toBe('1');
  });

  it('removes what a killed delivery of this host left, and spares those of others', async () => {
    const dead = `.partial-1-999999999-${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}-${hostname()}`;
    const foreign = `.partial-1-1-${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}-another-host`;
    for (const name of [dead, foreign]) {
      mkdirSync(join(root, name), { recursive: true });
      writeFileSync(join(root, name, 'half.csv'), 'pid');
    }
    await sinkOf({ formats: ['json'] }).deliver(release);
    expect(existsSync(join(root, dead))).toBe(false);
    expect(existsSync(join(root, foreign))).toBe(true);
  });

  const others: readonly (readonly [string, Partial<ReleaseCommit>, Partial<FilesSinkOptions>])[] = [
    ['another project', { project: 'shoes' }, {}],
    ['another environment', { environment: 'test' }, {}],
    ['another target', {}, { name: 'crm' }],
    ['another release of the same number', { idempotencyKey: 'other', digest: 'other' }, {}],
    ['another commit of the same key', { runId: 'shop-prod-2024-01-31-2' }, {}],
  ];
  it.each(others)('refuses a folder that holds a release of %s', async (_, other, options) => {
    await sinkOf({ formats: ['json'], ...options }).deliver(commitOf(1, other));
    const before = readFileSync(join(root, '1', 'receipt.json'), 'utf8');
    await expect(sinkOf({ formats: ['json'] }).deliver(release)).rejects.toMatchObject({
      code: 'SINK_OCCUPIED',
      message: expect.stringContaining(root),
    });
    expect(readFileSync(join(root, '1', 'receipt.json'), 'utf8')).toBe(before);
    expect(readdirSync(root).sort()).toEqual(['1', 'current']);
  });

  it('refuses a root whose current release is of another project, whatever the number', async () => {
    await sinkOf({ formats: ['json'] }).deliver(commitOf(1, { project: 'shoes' }));
    await expect(sinkOf({ formats: ['json'] }).deliver(commitOf(2))).rejects.toMatchObject({ code: 'SINK_OCCUPIED' });
    expect(readlinkSync(join(root, 'current'))).toBe('1');
    expect(readdirSync(root).sort()).toEqual(['1', 'current']);
  });

  it.each([
    ['files without a receipt', (folder: string) => writeFileSync(join(folder, 'notes.txt'), 'mine')],
    ['a receipt cut short', (folder: string) => writeFileSync(join(folder, 'receipt.json'), '{"format":1')],
  ])('refuses a folder with %s, and leaves it as it is', async (_, fill) => {
    mkdirSync(join(root, '1'), { recursive: true });
    fill(join(root, '1'));
    const files = readdirSync(join(root, '1'));
    await expect(sinkOf({ formats: ['json'] }).deliver(release)).rejects.toMatchObject({
      code: 'SINK_OCCUPIED',
      message: expect.stringContaining(join(root, '1')),
    });
    expect(readdirSync(join(root, '1'))).toEqual(files);
  });

  it('refuses a file in the place of the folder, and takes an empty folder', async () => {
    mkdirSync(join(root, '2'), { recursive: true });
    writeFileSync(join(root, '1'), 'mine');
    await expect(sinkOf({ formats: ['json'] }).deliver(release)).rejects.toMatchObject({ code: 'SINK_OCCUPIED' });
    expect((await sinkOf({ formats: ['json'] }).deliver(commitOf(2))).release).toBe(2);
  });

  it('leaves nothing where a delivery fails', async () => {
    const { 'personas.memberships': _, ...rest } = release.artifacts;
    await expect(sinkOf().deliver(commitOf(1, { artifacts: rest }))).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
    expect(readdirSync(root)).toEqual([]);
  });

  it('writes pseudonyms only, unless customer ids are asked for', async () => {
    const ids = new Map(
      Array.from({ length: 20 }, (_, i) => [`c_${String(i + 1).padStart(2, '0')}`, i === 1 ? '+1700' : `${17000 + i}`]),
    );
    const vault = { recall: () => Promise.resolve(ids) } as unknown as Vault;
    await sinkOf({ formats: ['csv'] }).deliver(release);
    await sinkOf({ formats: ['csv'], root: join(root, '..', 'ids'), vault }).deliver(release);
    const [plain, restored] = [root, join(root, '..', 'ids')].map((folder) =>
      readFileSync(join(folder, '1', 'customer_features.csv'), 'utf8'),
    );
    expect(plain).not.toContain('customer_id');
    expect(restored.split('\n').slice(0, 3)).toEqual([
      'pid,customer_id,frequency,monetary,country_group',
      'c_01,17000,1,-1.0000,UK',
      "c_02,'+1700,2,-2.0000,UK",
    ]);
  });
});
