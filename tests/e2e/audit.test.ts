import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { dramatis, edit, makeShop, removeFolders, succeed, temporaryFolder, type RunJson } from './support';

interface Diff {
  readonly first: { readonly stage: string; readonly because: readonly string[] } | null;
  readonly config: readonly { readonly path: string }[];
  readonly data: { readonly inputs: readonly unknown[] };
  readonly moves: { readonly cells: readonly (readonly (number | string)[])[]; readonly stayed: number | string; readonly moved: number | string; readonly byCause: Readonly<Record<string, number | string>> };
}

describe('auditing runs of the shop', () => {
  let project: string;
  let runs: RunJson[];
  let checkpoint: string;
  const audit = (...args: string[]) => dramatis(['audit', ...args, '-p', project]);
  const auditJson = async <T>(...args: string[]): Promise<T> => (await succeed(['audit', ...args, '-p', project, '--json'])).json<T>();

  beforeAll(async () => {
    project = await makeShop(800);
    const run = async (actor: string, reason: string, ...more: string[]): Promise<RunJson> =>
      (await succeed(['run', '-p', project, '--json', '--actor', actor, '--reason', reason, ...more])).json<RunJson>();
    runs = [await run('ana', 'first'), await run('ana', 'again', '--reprocess', '1')];
    checkpoint = join(temporaryFolder(), 'shop.checkpoint');
    await succeed(['audit', 'checkpoint', '-p', project, '--out', checkpoint, '--actor', 'eva', '--reason', 'weekly']);
    edit(join(project, 'dramatis.yaml'), (text) => text.replace(/(clusters: \{ min: 2, max: )\d+/, '$15'));
    runs.push(await run('ben', 'fewer personas'));
  }, 240_000);
  afterAll(removeFolders);

  it('finds nothing wrong, up to a checkpoint kept elsewhere', async () => {
    const report = await auditJson<{ ok: boolean; problems: unknown[]; checked: Record<string, number>; outside: { provenUpTo: number } }>('verify', '--against', checkpoint);
    expect(report).toMatchObject({ ok: true, problems: [], checked: { runs: 3, releases: 3, manifests: 3, envelopes: 3, histories: 3 } });
    expect(report.outside.provenUpTo).toBeGreaterThanOrEqual(8);
  });

  it('says who did what, and who made a release of what', async () => {
    const log = await auditJson<{ actor: string; type: string }[]>('log', '--actor', 'eva');
    expect(log.map(({ type }) => type)).toEqual(['ledger.checkpoint']);
    const who = await auditJson<{ startedBy: { actor: string; reason: string }; run: string }>('who', '3');
    expect(who).toMatchObject({ run: runs[2].run, startedBy: { actor: 'ben', reason: 'fewer personas' } });
    expect((await audit('who', '9')).code).toBe(4);
  });

  it('blames the config for what the config changed, and counts who moved without naming anybody', async () => {
    const { stdout } = await succeed(['audit', 'diff', runs[1].run, runs[2].run, '-p', project, '--json']);
    const diff = JSON.parse(stdout) as Diff;
    expect(diff.first).toMatchObject({ stage: 'selection', because: ['config'] });
    expect(diff.config.map(({ path }) => path)).toEqual(['config.modeling.clusters.max']);
    expect(diff.data.inputs).toEqual([]);
    expect(stdout).not.toMatch(/c_[a-z2-7]{24}/);
    for (const cell of diff.moves.cells.flat()) if (typeof cell === 'number') expect(cell === 0 || cell >= 11).toBe(true);
    // Not a row of data is new, so the model alone moved whom it moved.
    expect(diff.moves.byCause).toMatchObject({ data: 0, model: diff.moves.moved, both: 0 });
    // The same data and config again: only the parent, and with it what is said of its personas, is another.
    expect((await auditJson<Diff>('diff', runs[0].run, runs[1].run)).first?.stage).toBe('personas');
  });

  it('replays every run to identical bytes, adding no artifact', async () => {
    const objects = (): number => readdirSync(join(project, '.dramatis/objects'), { recursive: true }).length;
    const before = objects();
    for (const { run, resultDigest } of runs) {
      const replay = await auditJson<{ verdict: string; first: unknown; sameCode: boolean; resultDigest: object }>('replay', run);
      expect(replay).toMatchObject({ verdict: 'identical bytes', first: null, sameCode: true, resultDigest: { recorded: resultDigest, replayed: resultDigest } });
    }
    expect(objects()).toBe(before);
  }, 180_000);

  it('exports a run that is verified without the program', async () => {
    const folder = temporaryFolder();
    await succeed(['audit', 'export', runs[2].run, '-p', project, '--bundle', join(folder, 'run.tgz'), '--against', checkpoint]);
    mkdirSync(join(folder, 'out'));
    execFileSync('tar', ['xzf', '../run.tgz'], { cwd: join(folder, 'out') });
    const out = execFileSync(process.execPath, ['verify.js', '--checkpoint', checkpoint], { cwd: join(folder, 'out'), env: {}, encoding: 'utf8' });
    expect(out).toContain('nothing is wrong');
    const text = readdirSync(join(folder, 'out'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n');
    expect(text).not.toMatch(/c_[a-z2-7]{24}/);
  });

  it('names what was changed, and ends with 1', async () => {
    const home = join(temporaryFolder(), 'store');
    cpSync(join(project, '.dramatis'), home, { recursive: true, filter: (path) => !path.includes('/temporal') });
    const file = join(home, 'releases/shop/demo/2.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"actor":"ana"', '"actor":"bob"'));
    const { code, stdout } = await dramatis(['audit', 'verify', '--home', home]);
    expect(code).toBe(1);
    expect(stdout).toContain('release 2 of shop/demo is not the commit that ledger entry');
  });
});
