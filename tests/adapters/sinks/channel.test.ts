import fc from 'fast-check';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createArtifactStore } from '../../../src/adapters/artifacts';
import { createChannelSink, type ChannelSinkOptions } from '../../../src/adapters/sinks';
import { publishConfig, type TargetOf } from '../../../src/config/publish';
import { sha256Hex } from '../../../src/core/audit';
import type { ArtifactStore, Vault } from '../../../src/core/ports';
import { freshHome } from '../../support/home';
import { releaseOf, type Member } from '../../support/members';

const member = (pid: string, persona: 0 | 1, country: string | null = 'UK'): Member => ({ pid, persona, country });

const targetOf = (more: object = {}): TargetOf<'channel'> => {
  const columns = [
    { header: 'Member', column: 'pid' },
    { header: 'Segment', column: 'persona_name' },
    { header: 'Country (billing)', column: 'country_group' },
  ];
  const [target] = publishConfig.parse({ targets: [{ name: 'mail', type: 'channel', columns, ...more }] }).targets;
  return target as TargetOf<'channel'>;
};

describe('channel sink', () => {
  let home: string;
  let artifacts: ArtifactStore;
  const root = (): string => join(home, 'out');
  const sinkOf = (more: object = {}, options: Partial<ChannelSinkOptions> = {}) => {
    const engine = { threads: 1, memoryLimit: '500MB', temporary: join(home, 'duckdb') };
    return createChannelSink({ root: root(), kMin: 1, artifacts, engine, vault: null, target: targetOf(more), ...options });
  };
  const read = (n: number, file: string): string[] => readFileSync(join(root(), String(n), file), 'utf8').trimEnd().split('\n');

  beforeEach(() => {
    home = freshHome();
    artifacts = createArtifactStore(home);
  });

  it('writes all members under the headers asked for, then what was added, changed and removed', async () => {
    await sinkOf().deliver(await releaseOf(artifacts, 1, [member('c_1', 0), member('c_2', 0), member('c_3', 1)]));
    expect(readdirSync(join(root(), '1'))).toEqual(['members.csv', 'receipt.json']);
    expect(read(1, 'members.csv')).toEqual([
      'Member,Segment,Country (billing)',
      'c_1,Regulars,UK',
      'c_2,Regulars,UK',
      "c_3,'=Rare,UK",
    ]);
    const next = await releaseOf(artifacts, 2, [member('c_1', 1), member('c_3', 1), member('c_4', 0, null)]);
    const receipt = await sinkOf().deliver(next);
    expect(read(2, 'added.csv').slice(1)).toEqual(['c_4,Regulars,']);
    expect(read(2, 'changed.csv').slice(1)).toEqual(["c_1,'=Rare,UK"]);
    expect(read(2, 'removed.csv').slice(1)).toEqual(['c_2,Regulars,UK']);
    expect(receipt).toMatchObject({ status: 'delivered', delta: { base: 1, added: 1, changed: 1, removed: 1, unchanged: 1 } });
    expect(receipt.files.map(({ name, rows, defused }) => [name, rows, defused])).toEqual([
      ['added.csv', 1, 0],
      ['changed.csv', 1, 1],
      ['members.csv', 3, 2],
      ['removed.csv', 1, 0],
    ]);
    const quoted = '"Member","Segment","Country (billing)"\n"c_4","Regulars",\n';
    expect(receipt.files[0].logicalDigest).toBe(sha256Hex(quoted));
    expect(readlinkSync(join(root(), 'current'))).toBe('2');
  });

  it('sends nothing the second time, even where the objects are gone by then', async () => {
    const release = await releaseOf(artifacts, 1, [member('c_1', 0)]);
    const first = await sinkOf().deliver(release);
    rmSync(join(home, 'objects'), { recursive: true });
    expect(await sinkOf().deliver(release)).toEqual(first);
  });

  it('refuses a release before the one it holds, takes a later one, and none that is not promoted', async () => {
    const at = (n: number, more = {}) => releaseOf(artifacts, n, [member('c_1', n % 2 === 0 ? 0 : 1)], more);
    await sinkOf().deliver(await at(3));
    expect(await sinkOf().deliver(await at(2))).toEqual({ sink: 'mail', release: 2, status: 'refused', held: 3, files: [] });
    expect(await sinkOf().deliver(await at(4, { promoted: false }))).toMatchObject({ status: 'not-promoted', files: [] });
    expect(readdirSync(root()).sort()).toEqual(['3', 'current']);
    expect(await sinkOf().deliver(await at(5))).toMatchObject({ delta: { base: 3, unchanged: 1 } });
  });

  it('sends everything again where what it held is no longer in the store', async () => {
    const first = await releaseOf(artifacts, 1, [member('c_1', 0)]);
    await sinkOf().deliver(first);
    const { sha256 } = first.artifacts['personas.memberships'];
    rmSync(join(home, 'objects', 'sha256', sha256.slice(0, 2), sha256.slice(2)));
    const receipt = await sinkOf().deliver(await releaseOf(artifacts, 2, [member('c_1', 0), member('c_2', 1)]));
    expect(receipt.delta).toEqual({ base: null, added: 2, changed: 0, removed: 0, unchanged: 0 });
    expect(readdirSync(join(root(), '2'))).toEqual(['members.csv', 'receipt.json']);
  });

  it('gives each persona files of its own, where who moves leaves the one and joins the other', async () => {
    const split = { split: 'persona', delimiter: 'semicolon', columns: [{ header: 'id', column: 'pid' }] };
    await sinkOf(split).deliver(await releaseOf(artifacts, 1, [member('c_1', 0), member('c_2', 1)]));
    const receipt = await sinkOf(split).deliver(await releaseOf(artifacts, 2, [member('c_1', 1), member('c_2', 1)]));
    expect(read(2, 'psn_aaaaaaaa.removed.csv')).toEqual(['id', 'c_1']);
    expect(read(2, 'psn_bbbbbbbb.added.csv')).toEqual(['id', 'c_1']);
    expect(read(2, 'psn_aaaaaaaa.members.csv')).toEqual(['id']);
    expect(read(2, 'psn_bbbbbbbb.members.csv')).toEqual(['id', 'c_1', 'c_2']);
    expect(receipt.delta).toEqual({ base: 1, added: 1, changed: 0, removed: 1, unchanged: 1 });
  });

  it('restores customer ids where asked to, and defuses those that look like a formula', async () => {
    const vault = { recall: () => Promise.resolve(new Map([['c_1', '@SUM(A1)']])) } as unknown as Vault;
    const ids = { customerIds: true, columns: [{ header: 'CRM id', column: 'customer_id' }] };
    await sinkOf(ids, { vault }).deliver(await releaseOf(artifacts, 1, [member('c_1', 0)]));
    expect(read(1, 'members.csv')).toEqual(['CRM id', "'@SUM(A1)"]);
  });

  it('names the columns there are where one is asked for that is not', async () => {
    const columns = [{ header: 'x', column: 'e_mail' }];
    const failure = sinkOf({ columns }).deliver(await releaseOf(artifacts, 1, [member('c_1', 0)]));
    await expect(failure).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(/"e_mail"; there are pid, persona_key/) });
    expect(readdirSync(root())).toEqual([]);
  });

  it.each([
    [[{ header: '=cmd', column: 'pid' }], /does not begin with/],
    [[{ header: 'a\nb', column: 'pid' }], /one line/],
    [[{ header: 'Id', column: 'pid' }, { header: 'ID', column: 'persona_key' }], /same header/],
    [[{ header: 'id', column: 'customer_id' }], /customerIds is true/],
    [[], /at least|>=1|Too small/],
  ])('refuses the columns %j', (columns, message) => {
    expect(() => targetOf({ columns })).toThrow(message);
  });

  it('lets a tool that applies the deltas end with the members of every release', async () => {
    const pid = fc.constantFrom('c_1', 'c_2', 'c_3', 'c_4', 'c_5', 'c_6');
    const one = fc.record({ pid, persona: fc.constantFrom<0 | 1>(0, 1), country: fc.constantFrom('UK', 'a,b', '"', null) });
    const cast = fc.uniqueArray(one, { selector: (m) => m.pid, minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(cast, { minLength: 2, maxLength: 4 }), async (casts) => {
        rmSync(root(), { recursive: true, force: true });
        let state = new Map<string, string>();
        for (const [i, members] of casts.entries()) {
          const { delta } = await sinkOf().deliver(await releaseOf(artifacts, i + 1, members));
          const rows = (file: string): [string, string][] =>
            existsSync(join(root(), String(i + 1), file)) ? read(i + 1, file).slice(1).map((line) => [line.split(',')[0], line]) : [];
          const all = new Map(rows('members.csv'));
          if (i === 0) state = all;
          for (const [id] of rows('removed.csv')) expect(state.delete(id)).toBe(true);
          for (const [id, line] of rows('changed.csv')) expect(state.get(id)).not.toBe(line);
          for (const [id, line] of rows('changed.csv')) state.set(id, line);
          for (const [id] of rows('added.csv')) expect(state.has(id)).toBe(false);
          for (const [id, line] of rows('added.csv')) state.set(id, line);
          expect(state).toEqual(all);
          expect(all.size).toBe(members.length);
          expect(delta!.added + delta!.changed + delta!.unchanged).toBe(members.length);
        }
      }),
      { numRuns: 8 },
    );
  }, 120_000);
});
