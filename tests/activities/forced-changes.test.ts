import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleThread } from '../adapters/compute/bundle';
import { forcedChanges, kindsOf, type ForcedChanges } from '../support/forced-changes';

const CUSTOMERS = Number(process.env.DRAMATIS_PROVE_CUSTOMERS ?? 1500);
const thread = bundleThread('src/workers/compute-thread.ts');

describe('on the customers of the shop, a forced', () => {
  let folder: string;
  let changes: ForcedChanges;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dramatis-forced-'));
    changes = await forcedChanges({ folder, thread, customers: CUSTOMERS });
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const same = (n: number): string[] => Array<string>(n).fill('same');

  it('merger is reported as such, with both personas it comes from', () => {
    const { first, merger } = changes;
    expect(kindsOf(merger)).toEqual(['merged', 'retired: merged', ...same(4)].sort());
    const merged = merger.personas.find(({ change }) => change === 'merged')!;
    expect(merged.identity.from).toHaveLength(2);
    expect(merged.identity.from.map(({ key }) => key)).toEqual(expect.arrayContaining([merged.key, merger.retired[0].key]));
    expect(merger.retired[0].into[0].key).toBe(merged.key);
    expect(first.personas.map(({ key }) => key)).toContain(merged.key);
  });

  it('split is reported as such: one part keeps the key, the other has one that nobody had', () => {
    const { merger, split } = changes;
    expect(kindsOf(split)).toEqual(['split', 'split', ...same(4)].sort());
    const parts = split.personas.filter(({ change }) => change === 'split');
    const fresh = parts.filter(({ identity }) => identity.keyBy === null);
    expect(fresh).toHaveLength(1);
    expect(new Set(parts.flatMap(({ identity }) => identity.from.map(({ key }) => key))).size).toBe(1);
    expect(merger.issuedKeys).not.toContain(fresh[0].key);
    expect(split.former.map(({ key }) => key)).not.toContain(fresh[0].key);
  });

  it('death is reported as such', () => {
    const { death, victim } = changes;
    expect(kindsOf(death)).toEqual(['retired: retired', ...same(5)].sort());
    expect(death.retired).toMatchObject([{ key: victim, into: [], evidence: 'none of its members are in a persona now' }]);
  });

  it('birth is reported as such, under a new key though the very same customers had one before', () => {
    const { birth, victim, death } = changes;
    expect(kindsOf(birth)).toEqual(['born', ...same(5)].sort());
    const born = birth.personas.find(({ change }) => change === 'born')!;
    expect(death.issuedKeys).not.toContain(born.key);
    expect(birth.personas.map(({ key }) => key)).not.toContain(victim);
    expect(birth.former.map(({ key }) => key)).toContain(victim);
  });
});
