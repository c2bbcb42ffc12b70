import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { assign } from '../../../src/core/linalg/hungarian';
import type { Parent } from '../../../src/core/personas/identity';
import { carryOver, identify } from '../../../src/core/personas/identity';
import { issueKey } from '../../../src/core/personas/keys';
import type { Overlap } from '../../../src/core/personas/match';
import { matchPersonas } from '../../../src/core/personas/match';

const BIRTH = { project: 'shop', asOf: '2026-11-21', modelDigest: 'ab'.repeat(32) };

/** The parts of a parent release that identity reads. */
const release = (keys: readonly string[], issuedKeys: readonly string[] = keys): Parent => ({
  personas: keys.map((key) => ({ key, bornAsOf: '2026-01-01' })),
  issuedKeys,
});
const cell = (personaKey: string, cluster: number, customers: number): Overlap => ({ personaKey, cluster, customers });

describe('the assignment', () => {
  const matrix = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([rows, columns]) =>
    fc.array(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
  );

  /** Cheapest total over all ways to give min(r, c) rows different columns. */
  function bruteForce(cost: readonly (readonly number[])[], used: readonly number[] = [], row = 0, skips = Math.max(0, cost.length - cost[0].length)): number {
    if (row === cost.length) return 0;
    const taken = cost[row].flatMap((c, j) => (used.includes(j) ? [] : [c + bruteForce(cost, [...used, j], row + 1, skips)]));
    const left = skips > 0 ? [bruteForce(cost, used, row + 1, skips - 1)] : [];
    return Math.min(...taken, ...left);
  }

  it('costs as little as the best of all permutations', () => {
    fc.assert(
      fc.property(matrix, (cost) => {
        const columns = assign(cost);
        const placed = columns.filter((j) => j >= 0);
        expect(new Set(placed).size).toBe(placed.length);
        expect(placed).toHaveLength(Math.min(cost.length, cost[0].length));
        expect(columns.reduce((sum, j, i) => sum + (j < 0 ? 0 : cost[i][j]), 0)).toBe(bruteForce(cost));
      }),
      { numRuns: 500 },
    );
  });

  it('of nothing is nothing', () => {
    expect(assign([])).toEqual([]);
    expect(assign([[], []])).toEqual([-1, -1]);
  });
});

describe('identity where a model of before is applied', () => {
  const cast = { personas: [{ key: 'b', bornAsOf: '2026-01-01', cluster: 1 }, { key: 'a', bornAsOf: '2026-02-01', cluster: 0 }], issuedKeys: ['a', 'b', 'old'] };

  it('is that of the model, cluster by cluster, however customers moved', () => {
    // All of a went to the cluster of b and the other way round: another matching would swap the keys.
    const { personas, retired } = carryOver(cast, release(['a', 'b']), [cell('a', 1, 90), cell('a', 0, 10), cell('b', 0, 50)]);
    expect(personas).toEqual([
      { key: 'a', cluster: 0, change: 'same', overlap: 0.1, bornAsOf: '2026-02-01' },
      { key: 'b', cluster: 1, change: 'same', overlap: 0, bornAsOf: '2026-01-01' },
    ]);
    expect(retired).toEqual([]);
  });

  it('says what is new and what is gone against the parent release, and keeps every key that was ever issued', () => {
    const { personas, retired, issuedKeys } = carryOver(cast, release(['a', 'z'], ['a', 'y', 'z']), []);
    expect(personas.map(({ change, overlap }) => [change, overlap])).toEqual([['same', null], ['born', null]]);
    expect(retired).toEqual(['z']);
    expect(issuedKeys).toEqual(['a', 'b', 'old', 'y', 'z']);
    expect(carryOver(cast, null, []).personas.map(({ change }) => change)).toEqual(['born', 'born']);
  });
});

describe('matching to the parent release', () => {
  it('uses the Jaccard similarity over surviving members and reports the share kept', () => {
    // a has 80 + 20 survivors, cluster 1 has 80 + 10: 80 / (100 + 90 - 80)
    const matches = matchPersonas(['a', 'b'], [cell('a', 1, 80), cell('a', 0, 20), cell('b', 0, 90), cell('b', 1, 10)], 2, 0.3);
    expect(matches).toEqual([
      { cluster: 0, personaKey: 'b', jaccard: 90 / 120, kept: 0.9 },
      { cluster: 1, personaKey: 'a', jaccard: 80 / 110, kept: 0.8 },
    ]);
  });

  it('is optimal in total where taking the best pair first is not', () => {
    // best first takes a-0 (0.51) and is left with b-1 (0): together 0.51; a-1 and b-0 reach more
    const overlaps = [cell('a', 0, 60), cell('a', 1, 40), cell('b', 0, 57)];
    expect(matchPersonas(['a', 'b'], overlaps, 2, 0.3).map(({ personaKey, cluster }) => [personaKey, cluster])).toEqual([['b', 0], ['a', 1]]);
  });

  it('does not depend on the order in which personas and cells come', () => {
    const overlaps = [cell('a', 0, 5), cell('a', 1, 5), cell('b', 0, 5), cell('b', 1, 5)];
    expect(matchPersonas(['b', 'a'], [...overlaps].reverse(), 2, 0)).toEqual(matchPersonas(['a', 'b'], overlaps, 2, 0));
  });
});

describe('identity', () => {
  it('is new for every persona of a first release', () => {
    const { personas, retired, issuedKeys } = identify(null, [], 3, 0.3, BIRTH);
    expect(personas.map(({ change, overlap, bornAsOf }) => [change, overlap, bornAsOf])).toEqual(Array(3).fill(['born', null, '2026-11-21']));
    expect(new Set(personas.map(({ key }) => key)).size).toBe(3);
    expect(issuedKeys).toEqual(personas.map(({ key }) => key).sort());
    expect(retired).toEqual([]);
  });

  it('continues through permuted labels, with the date of birth', () => {
    const { personas } = identify(release(['a', 'b']), [cell('a', 1, 50), cell('b', 0, 70)], 2, 0.3, BIRTH);
    expect(personas).toEqual([
      { key: 'b', cluster: 0, change: 'same', overlap: 1, bornAsOf: '2026-01-01' },
      { key: 'a', cluster: 1, change: 'same', overlap: 1, bornAsOf: '2026-01-01' },
    ]);
  });

  it('reports a forced birth: a third cluster of new customers', () => {
    const { personas, retired } = identify(release(['a', 'b']), [cell('a', 0, 50), cell('b', 1, 70)], 3, 0.3, BIRTH);
    expect(personas.map(({ change }) => change)).toEqual(['same', 'same', 'born']);
    expect(retired).toEqual([]);
  });

  it('reports a forced death: the members of one persona spread over the others', () => {
    const { personas, retired, issuedKeys } = identify(release(['a', 'b', 'c']), [cell('a', 0, 90), cell('b', 1, 90), cell('c', 0, 5), cell('c', 1, 5)], 2, 0.3, BIRTH);
    expect(personas.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(retired).toEqual(['c']);
    expect(issuedKeys).toContain('c');
  });

  it('lets a persona die and another be born where the overlap is too small', () => {
    // 20 of 100 stay together, the rest scatter: Jaccard 20 / (100 + 60 - 20) is below 0.3
    const { personas, retired } = identify(release(['a', 'b']), [cell('a', 0, 20), cell('b', 0, 40), cell('a', 1, 80), cell('b', 1, 80)], 2, 0.5, BIRTH);
    expect(personas.every(({ change }) => change === 'born')).toBe(true);
    expect(retired).toEqual(['a', 'b']);
  });

  it('never gives out a key again after its persona retired', () => {
    const [first] = identify(null, [], 1, 0.3, BIRTH).personas;
    // the same birth again, on a line of releases where the first bearer has retired
    const again = identify(release([], [first.key]), [], 1, 0.3, BIRTH);
    expect(again.personas[0].key).not.toBe(first.key);
    expect(again.issuedKeys).toContain(first.key);
    const third = identify(release([], again.issuedKeys), [], 1, 0.3, BIRTH);
    expect(again.issuedKeys).not.toContain(third.personas[0].key);
  });
});

describe('a key', () => {
  it('is psn_ and 8 base32 characters of SHA-256 over the canonical birth', () => {
    const digest = createHash('sha256').update(`["shop","2026-11-21","${BIRTH.modelDigest}",2]`).digest();
    // RFC 4648: five bits a character, most significant first
    const bits = Array.from(digest.subarray(0, 5), (byte) => byte.toString(2).padStart(8, '0')).join('');
    const expected = Array.from({ length: 8 }, (_, i) => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(bits.slice(5 * i, 5 * i + 5), 2)]).join('');
    expect(issueKey({ ...BIRTH, cluster: 2 }, new Set())).toBe(`psn_${expected}`);
  });

  it('is lengthened only where its prefix was issued before', () => {
    const short = issueKey({ ...BIRTH, cluster: 0 }, new Set());
    const longer = issueKey({ ...BIRTH, cluster: 0 }, new Set([short]));
    expect(longer).toMatch(/^psn_[a-z2-7]{9}$/);
    expect(longer.startsWith(short)).toBe(true);
    expect(issueKey({ ...BIRTH, cluster: 0 }, new Set([short, longer]))).toMatch(/^psn_[a-z2-7]{10}$/);
    expect(issueKey({ ...BIRTH, cluster: 1 }, new Set([short]))).toHaveLength(12);
  });

  it('differs by project, as-of, model and label', () => {
    const births = [BIRTH, { ...BIRTH, project: 'other' }, { ...BIRTH, asOf: '2026-11-22' }, { ...BIRTH, modelDigest: 'cd'.repeat(32) }];
    expect(new Set([...births.map((birth) => issueKey({ ...birth, cluster: 0 }, new Set())), issueKey({ ...BIRTH, cluster: 1 }, new Set())]).size).toBe(5);
  });
});
