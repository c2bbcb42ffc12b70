import type { FeatureProfile, Persona, PersonasReport } from '../../../src/contracts/personas';
import type { FeatureSpec } from '../../../src/contracts/features';
import { kpiValues } from '../../../src/core/personas/kpis';
import { nameBorn } from '../../../src/core/personas/naming';
import { profileOf, type ProfileRow } from '../../../src/core/personas/profile';
import { publishedPersonas } from '../../../src/core/personas/published';
import { headlineTraits } from '../../../src/core/personas/traits';

const K_MIN = 11;
const spec = (name: string): FeatureSpec => ({
  name,
  kind: 'count',
  group: 'test',
  unit: '',
  label: name,
  whole: null,
  words: { high: `High-${name}`, low: `Low-${name}` },
});
const row = (feature: string, cluster: number | null, present: number): ProfileRow => ({
  feature,
  cluster,
  present,
  mean: 3,
  q25: 1,
  median: 2,
  q75: 4,
});

/** A cluster of 40 customers, of whom `present` have a value of b; all have one of a. */
const profiled = (present: number, kMin = K_MIN): FeatureProfile[] =>
  profileOf(
    0,
    40,
    [spec('a'), spec('b')],
    [row('a', 0, 40), row('a', null, 100), row('b', 0, present), row('b', null, 60)],
    [0.5, 2],
    kMin,
  );

describe('statistics of fewer than kMin values', () => {
  it('are null, with all that follows from them; kMin values are enough', () => {
    const hidden = { value: null, lift: null, z: null, mean: null, median: null, q25: null, q75: null };
    expect(profiled(10)[1]).toMatchObject({ ...hidden, base: 2, baseMean: 3, missing: 30 });
    expect(profiled(11)[1]).toMatchObject({ value: 2, lift: 1, z: 2, mean: 3, median: 2, q25: 1, q75: 4 });
    expect(profiled(10)[0]).toMatchObject({ value: 2, z: 0.5 });
  });

  it('of the base are null too', () => {
    const [entry] = profileOf(0, 40, [spec('a')], [row('a', 0, 4), row('a', null, 10)], [1], K_MIN);
    expect(entry).toMatchObject({ value: null, base: null, baseMean: null, baseMedian: null });
  });

  it('make no KPI, no trait and no name', () => {
    const kpi = [{ kpi: 'b', label: 'b', unit: '' }];
    const kpiOf = (present: number) => kpiValues(kpi, { revenue: '1', profile: profiled(present) }, '2')[0].value;
    expect([kpiOf(10), kpiOf(11)]).toEqual([null, 3]);
    const traitsOf = (present: number) =>
      headlineTraits(profiled(present), [spec('a'), spec('b')], () => false).map(({ feature }) => feature);
    expect([traitsOf(10), traitsOf(11)]).toEqual([['a'], ['b', 'a']]);
    const nameOf = (profile: FeatureProfile[]) =>
      nameBorn(
        [{ cluster: 0, profile }],
        [{ cluster: 0, profile }],
        new Map(),
        [spec('a'), spec('b')],
        () => false,
      ).get(0);
    expect(nameOf(profiled(10))?.namedAfter).toEqual(['a']);
    expect(nameOf(profiled(11))?.namedAfter).toEqual(['b', 'a']);
    expect(nameOf(profiled(10, 41))).toMatchObject({ name: 'Group 1', namedAfter: [] });
  });
});

const persona = (key: string, more: Partial<Persona>): Persona => ({
  key,
  name: key,
  namedAfter: [],
  cluster: 0,
  change: 'born',
  transitions: [],
  naming: { since: '2024-01-31', claims: [], before: null },
  identity: { kind: 'born', from: [], keyBy: null, evidence: 'the first release: every persona is new' },
  overlap: null,
  bornAsOf: '2024-01-31',
  customers: 100,
  share: 0.1,
  revenue: '10.0000',
  revenueShare: 0.1,
  stability: { jaccard: null, label: 'not measured' },
  traits: [],
  profile: [],
  categories: [],
  kpis: [{ kpi: 'revenue', label: 'Revenue', unit: 'EUR', value: 10, base: 100 }],
  whales: 0,
  atRisk: 0,
  ...more,
});
const reportOf = (personas: readonly Persona[], more: Partial<PersonasReport> = {}): PersonasReport => ({
  format: 2,
  unassigned: { customers: 0, share: 0, revenue: '0', revenueShare: 0, whales: 0, atRisk: 0 },
  asOf: '2024-01-31',
  customers: personas.reduce((sum, { customers }) => sum + customers, 0),
  totalRevenue: '100.0000',
  revenue: 'net',
  currency: 'EUR',
  parentRelease: null,
  personas,
  retired: [],
  former: [],
  whales: { rule: 'r', customers: 20, revenueShare: 0.3 },
  atRisk: { rule: 'r', customers: 40 },
  issuedKeys: [],
  ...more,
});

describe('published personas', () => {
  it('have no count of 1 to kMin − 1 customers, nor one that follows from the total', () => {
    const counts = [
      [14, 30],
      [6, 5],
      [0, 5],
    ];
    const { personas } = publishedPersonas(
      reportOf(counts.map(([whales, atRisk], i) => persona(`p${i}`, { whales, atRisk }))),
      K_MIN,
    );
    // 6 of 20 whales would follow from 14; two counts of 5 at risk hide each other
    expect(personas.map(({ whales }) => whales)).toEqual([null, null, 0]);
    expect(personas.map(({ atRisk }) => atRisk)).toEqual([30, null, null]);
  });

  it('do not show the totals where they are that small', () => {
    const small = { whales: { rule: 'r', customers: 3, revenueShare: 0.3 }, atRisk: { rule: 'r', customers: 10 } };
    const { whales, atRisk } = publishedPersonas(reportOf([persona('p', {})], small), K_MIN);
    expect([whales, atRisk]).toEqual([
      { rule: 'r', customers: null, revenueShare: null },
      { rule: 'r', customers: null },
    ]);
  });

  it('do not show the size of a small persona, what it could be worked out from, or its revenue', () => {
    const { personas } = publishedPersonas(
      reportOf([
        persona('large', { customers: 100 }),
        persona('next', { customers: 50 }),
        persona('small', { customers: 8 }),
      ]),
      K_MIN,
    );
    expect(personas[0]).toMatchObject({ customers: 100, share: 0.1, revenue: '10.0000' });
    for (const { customers, share, revenue, revenueShare, kpis } of personas.slice(1)) {
      expect([customers, share, revenue, revenueShare]).toEqual([null, null, null, null]);
      expect(kpis[0]).toMatchObject({ value: null, base: 100 });
    }
  });

  it('do not show how many have no value where they, or those who have one, are few', () => {
    const of = (missing: number) => [{ ...profiled(40)[0], missing }];
    const missing = (counts: readonly number[]) =>
      publishedPersonas(reportOf(counts.map((n, i) => persona(`p${i}`, { profile: of(n) }))), K_MIN).personas.map(
        ({ profile }) => profile[0].missing,
      );
    // 95 missing of 100 means 5 present; the smallest of the others goes with it
    expect(missing([95, 20, 30, 0])).toEqual([null, null, 30, 0]);
    expect(missing([5, 4, 30, 100])).toEqual([null, null, 30, 100]);
  });

  it('are the report itself where nothing is small', () => {
    const report = reportOf([persona('a', { whales: 20, atRisk: 40 }), persona('b', {})]);
    expect(publishedPersonas(report, K_MIN)).toEqual({ ...report, personas: report.personas.map((p) => ({ ...p, notes: [] })) });
  });

  it('say nothing of shared customers that are fewer than kMin, nor of where a persona of hidden size comes from', () => {
    const link = { key: 'old', name: 'Old', overlap: 0.5, share: 0.6 };
    const from = (customers: number) => [{ ...link, customers, jaccard: 0.4, distance: 0.1 }];
    const split = (key: string, customers: number, shared: number) =>
      persona(key, { customers, change: 'split', overlap: 0.5, identity: { kind: 'split', from: from(shared), keyBy: null, evidence: 'a part of “Old” (old), with 50 % of its members; the key is new' } });
    const into = [{ ...link, customers: 3 }];
    const report = reportOf([split('a', 100, 11), split('b', 100, 10), split('c', 9, 50), persona('d', { customers: 50 })], {
      parentRelease: 1,
      retired: [{ key: 'x', name: 'X', kind: 'merged', into, evidence: 'absorbed: 50 % of its members are in “Old” (old)' }],
    });
    const { personas, retired } = publishedPersonas(report, K_MIN);
    expect(personas[0].identity).toEqual(report.personas[0].identity);
    for (const { identity } of personas.slice(1, 3)) {
      expect(identity.from).toEqual([{ key: 'old', name: 'Old', customers: null, overlap: null, share: null, jaccard: null, distance: null }]);
      expect(identity.evidence).toBe('a part of “Old” (old), with few of its members; the key is new');
    }
    expect(retired[0]).toMatchObject({ into: [{ key: 'old', customers: null, overlap: null }], evidence: 'absorbed: few of its members are in “Old” (old)' });
  });

  it('have their notes, with pictures by path and hash', () => {
    const picture = { path: 'personas/a.png', mediaType: 'image/png', ref: { sha256: 'ab', bytes: 1, rows: null, kind: 'project.picture' } } as const;
    const note = { file: 'personas/a.md', personas: ['a'], title: null, motives: [], needs: [], quotes: ['Why not?'], picture, consent: 'written', date: '2024-01-01', author: 'ana', reviewed: null, text: '', review: null, inheritedFrom: null };
    const { personas } = publishedPersonas(reportOf([persona('a', {}), persona('b', {})]), K_MIN, { format: 1, personas: [{ key: 'a', notes: [note] }], loose: [] });
    expect(personas.map(({ notes }) => notes)).toEqual([[{ ...note, picture: { path: 'personas/a.png', sha256: 'ab' } }], []]);
  });
});
