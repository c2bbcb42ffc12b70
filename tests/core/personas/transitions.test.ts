import fc from 'fast-check';
import type { FeatureProfile } from '../../../src/contracts/personas';
import type { FeatureSpec } from '../../../src/contracts/features';
import { crossTable, type Overlap } from '../../../src/core/personas/cross-table';
import { endEvidence, identityEvidence } from '../../../src/core/personas/evidence';
import { identify, type IdentityRule, type Parent } from '../../../src/core/personas/identity';
import type { Distance } from '../../../src/core/personas/match';
import { profileDistance } from '../../../src/core/personas/profile-distance';
import { transitionsOf } from '../../../src/core/personas/transitions';

const BIRTH = { project: 'shop', asOf: '2026-11-21', modelDigest: 'ab'.repeat(32) };
const RULE: IdentityRule = { minOverlap: 0.3, close: 0.1, match: 0.5, split: 0.2, merge: 0.1 };

/** Rows are personas a, b, …; columns clusters 0, 1, …; cells shared customers. */
const cells = (rows: readonly (readonly number[])[]): Overlap[] =>
  rows.flatMap((row, i) => row.flatMap((customers, cluster) => (customers > 0 ? [{ personaKey: 'abcdef'[i], cluster, customers }] : [])));
const parentOf = (personas: number): Parent => ({
  personas: [...'abcdef'].slice(0, personas).map((key) => ({ key, bornAsOf: '2026-01-01' })),
  issuedKeys: [...'abcdef'].slice(0, personas),
});
const identifyRows = (rows: readonly (readonly number[])[], { rule = RULE, distance }: { rule?: IdentityRule; distance?: Distance } = {}) =>
  identify(parentOf(rows.length), cells(rows), rows[0].length, rule, BIRTH, distance);
const kinds = (rows: readonly (readonly number[])[]) => identifyRows(rows).personas.map(({ change }) => change);
const old = (key: string): string => (key.length === 1 ? key : 'new');

describe('split', () => {
  it('is a persona in two clusters that both come from it: both say so, one keeps the key', () => {
    const { personas, retired } = identifyRows([[60, 40, 0], [0, 0, 90]]);
    expect(personas.map(({ key, change }) => [old(key), change])).toEqual([['a', 'split'], ['new', 'split'], ['b', 'same']]);
    expect(personas[1].from).toEqual([{ key: 'a', customers: 40, overlap: 0.4, share: 1, jaccard: 0.4, distance: null }]);
    expect(personas.map(({ overlap }) => overlap)).toEqual([0.6, null, 1]);
    expect(retired).toEqual([]);
  });

  it('is none where a part is smaller than the threshold', () => {
    expect(kinds([[81, 19]])).toEqual(['same', 'born']);
    expect(kinds([[80, 20]])).toEqual(['split', 'split']);
  });

  it('is none where members went over to another persona', () => {
    // 40 of a are now in what is still mostly b
    expect(kinds([[60, 40], [0, 100]])).toEqual(['same', 'same']);
  });

  it('is none where the parts together are less than most of the persona', () => {
    // a: 24 and 25 of 100 are parts, the rest is in b and c
    expect(identifyRows([[24, 25, 25, 26], [0, 0, 90, 0], [0, 0, 0, 90]]).personas.map(({ change }) => change)).toEqual(['born', 'born', 'same', 'same']);
  });

  it('into four equal parts retires the key: no part is large enough to keep it', () => {
    const { personas, retired } = identifyRows([[25, 25, 25, 25]]);
    expect(personas.map(({ key, change }) => [old(key), change])).toEqual(Array(4).fill(['new', 'split']));
    expect(retired).toMatchObject([{ key: 'a', kind: 'split' }]);
    expect(retired[0].into.map(({ overlap }) => overlap)).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
});

describe('merged', () => {
  it('is a cluster that holds most of two personas: it keeps the key of one, the other retires into it', () => {
    const { personas, retired } = identifyRows([[90, 5], [60, 0], [0, 80]]);
    expect(personas.map(({ key, change }) => [key, change])).toEqual([['a', 'merged'], ['c', 'same']]);
    expect(personas[0].from.map(({ key, overlap, share }) => [key, overlap, share])).toEqual([['a', 90 / 95, 0.6], ['b', 1, 0.4]]);
    expect(retired).toMatchObject([{ key: 'b', kind: 'merged', into: [{ key: 'a', customers: 60, overlap: 1, share: 0.4 }] }]);
  });

  it('is not said of a persona that absorbs a small one, but the small one says where it went', () => {
    const { personas, retired } = identifyRows([[95], [5]]);
    expect(personas.map(({ key, change }) => [key, change])).toEqual([['a', 'same']]);
    expect(retired).toMatchObject([{ key: 'b', kind: 'merged', into: [{ key: 'a', overlap: 1, share: 0.05 }] }]);
  });

  it('of four equal ones has a new key: it is no more one than the others', () => {
    const { personas, retired } = identifyRows([[50], [50], [50], [50]]);
    expect(personas.map(({ key, change }) => [old(key), change])).toEqual([['new', 'merged']]);
    expect(retired.map(({ kind }) => kind)).toEqual(['merged', 'merged', 'merged', 'merged']);
  });
});

describe('retired', () => {
  it('without survivors or with members all over the place, named apart from merged', () => {
    const { retired } = identifyRows([[90, 0, 0], [0, 90, 0], [0, 0, 90], [4, 4, 4], [0, 0, 0]]);
    expect(retired).toMatchObject([{ key: 'd', kind: 'retired' }, { key: 'e', kind: 'retired', into: [] }]);
    expect(retired[0].into).toHaveLength(3);
  });
});

describe('the profile', () => {
  const nearer = (near: string): Distance => (key, cluster) => (`${key}${cluster}` === near ? 0.1 : 2);

  it('decides which child keeps the key where overlaps are close', () => {
    const keeper = (near: string) => identifyRows([[52, 48]], { distance: nearer(near) }).personas.find(({ key }) => key === 'a');
    expect(keeper('a0')).toMatchObject({ cluster: 0, keyBy: 'profile' });
    expect(keeper('a1')).toMatchObject({ cluster: 1, keyBy: 'profile' });
  });

  it('decides whose key a merged persona keeps where overlaps are close', () => {
    const keeper = (near: string) => identifyRows([[52], [48]], { distance: nearer(near) }).personas[0];
    expect([keeper('a0').key, keeper('b0').key]).toEqual(['a', 'b']);
  });

  it('decides nothing where they are not', () => {
    const [first] = identifyRows([[60, 40]], { distance: nearer('a1') }).personas;
    expect([first.key, first.keyBy]).toEqual(['a', 'overlap']);
  });

  const profile = (z: Record<string, number | null>): FeatureProfile[] =>
    Object.entries(z).map(([feature, value]) => ({
      feature, label: feature, unit: '', value, base: 1, lift: 1, z: value, statistic: 'median', mean: 1, median: 1, q25: 1, q75: 1, baseMean: 1, baseMedian: 1, missing: 0,
    }));
  const specs = ['a', 'b', 'c', 's'].map((name): FeatureSpec => ({ name, kind: name === 's' ? 'score' : 'count', group: '', unit: '', label: name, whole: null, words: null }));

  it('is as far away as the root mean square over the features that both show', () => {
    // (3² + 4²) / 2 = 12.5; c is hidden in one of them, s is a score
    expect(profileDistance(profile({ a: 0, b: 0, c: 9, s: 0 }), profile({ b: 4, a: 3, c: null, s: 50 }), specs)).toBeCloseTo(Math.sqrt(12.5), 12);
    expect(profileDistance(profile({ a: 1 }), profile({ b: 1 }), specs)).toBeNull();
  });
});

describe('whatever the members do', () => {
  const tables = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([rows, columns]) =>
    fc.array(fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100 })), { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
  );

  it('keys are unique, never those of the retired, and every persona of before is continued or retired', () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const { personas, retired, issuedKeys } = identifyRows(rows);
        const keys = personas.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        const gone = retired.map(({ key }) => key);
        expect(keys.filter((key) => gone.includes(key))).toEqual([]);
        const continued = keys.filter((key) => key.length === 1);
        expect([...continued, ...gone].sort()).toEqual([...'abcdef'].slice(0, rows.length));
        expect(issuedKeys).toEqual([...new Set([...keys, ...gone])].sort());
        for (const { change, keyBy, from } of personas) {
          // same means one of before, born none; split and merged say of whom
          if (change === 'same') expect(keyBy).not.toBeNull();
          if (change === 'born') expect(keyBy).toBeNull();
          if (change === 'merged') expect(from.filter(({ overlap, share }) => overlap >= 0.5 && share >= 0.1).length).toBeGreaterThanOrEqual(2);
          if (change === 'split') expect(from[0].overlap).toBeGreaterThanOrEqual(0.2);
        }
      }),
    );
  });

  it('a persona that split has two parts at least', () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const { change, parents } = transitionsOf(crossTable([...'abcdef'].slice(0, rows.length), cells(rows), rows[0].length), RULE);
        change.forEach((kind, j) => {
          if (kind !== 'split') return;
          expect(parents[j]).toHaveLength(1);
          expect(parents.filter((own) => own.includes(parents[j][0])).length).toBeGreaterThanOrEqual(2);
        });
      }),
    );
  });
});

describe('the evidence', () => {
  const origin = (key: string, overlap: number | null, share: number | null) => ({ key, name: key.toUpperCase(), customers: 30, overlap, share, jaccard: 0.5, distance: 0.25 });

  it.each([
    ['60 % of its members are still together and make up 90 % of it', 'same', 'a', 'overlap', [origin('a', 0.6, 0.9)]],
    ['a part of “A” (a), with 40 % of its members; the key is new', 'split', 'x', null, [origin('a', 0.4, 1)]],
    ['a part of “A” (a), with 52 % of its members; the overlaps are close, and it keeps the key a by its profile, 0.25 standard deviations away', 'split', 'a', 'profile', [origin('a', 0.52, 1)]],
    ['“A” (a) brings 95 % of its members and “B” (b) brings 100 % of its members: they are one persona now; it keeps the key of “A” (a), with which it shares most', 'merged', 'a', 'overlap', [origin('a', 0.95, 0.6), origin('b', 1, 0.4)]],
    ['none of its members were in a persona before', 'born', 'x', null, []],
    ['too few of its members were together before: 15 % of “A” (a) and few of “B” (b)', 'born', 'x', null, [origin('a', 0.15, 0.6), origin('b', null, null)]],
  ] as const)('%s', (text, kind, key, keyBy, from) => {
    expect(identityEvidence({ kind, key, keyBy, from, first: false })).toBe(text);
  });

  it('says where the members of a retired persona are', () => {
    const into = [{ key: 'a', name: 'A', customers: 30, overlap: 0.9, share: 0.1 }];
    expect(endEvidence({ kind: 'merged', into })).toBe('absorbed: 90 % of its members are in “A” (a)');
    expect(endEvidence({ kind: 'retired', into: [] })).toBe('none of its members are in a persona now');
  });
});
