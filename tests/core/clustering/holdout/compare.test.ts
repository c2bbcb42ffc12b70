import { compareWindows, type CompareInput } from '../../../../src/core/clustering/holdout/compare';
import type { HoldoutFit } from '../../../../src/core/clustering/holdout/fit-task';

const rowsOf = (ids: string, values: readonly number[]) => ({
  ids: [...ids],
  matrix: { rows: ids.length, cols: 1, names: ['frequency'], values: Float64Array.from(values) },
});
const fit = (k: number, ...labels: readonly number[][]): HoldoutFit => ({ k, failure: null, labels: labels.map((own) => Int32Array.from(own)) });

/** a and b are in group 0 in both windows, c moves from 1 to 0, d stays in 1, e leaves from 1, f is unassigned later, g is new in 1. */
const input: CompareInput = {
  earlier: rowsOf('abcdef', [0, 2, 10, 12, 14, 1]),
  later: rowsOf('abcdfg', [1, 3, 2, 13, 50, 15]),
  model: fit(2, [0, 0, 1, 1, 1, 0], [0, 0, 0, 1, -1, 1]),
  anew: fit(2, [1, 1, 1, 0, -1, 0]),
  published: new Map([...'abcd'].map((id) => [id, id === 'd' ? 0 : 1])),
  publishedClusters: 2,
};

describe('two windows compared', () => {
  const found = compareWindows(input);

  it('counts who stays, moves, leaves and joins', () => {
    expect(found).toMatchObject({ columns: ['frequency'], customers: 4, stayed: 3 });
    // Group 0: a and b of a, b and c: 2 / 3; f had it and has none. Group 1: d of c and d: 1 / 2; e had it and left, g is new.
    expect(found.personas[0]).toMatchObject({ earlier: 3, later: 3, stayed: 2, left: 1, joined: 0, movedTo: [2, 0], jaccard: 2 / 3, label: 'pattern' });
    expect(found.personas[1]).toMatchObject({ earlier: 3, later: 2, stayed: 1, left: 1, joined: 1, movedTo: [1, 1], jaccard: 1 / 2, label: 'not to be trusted' });
  });

  it('names each group after the published cluster of its customers today', () => {
    // Later group 0 is a, b and c, all of published 1; later group 1 is d of published 0, and g, who is in none.
    expect(found.personas.map(({ cluster, overlap }) => [cluster, overlap])).toEqual([[1, 1], [0, 1 / 2]]);
  });

  it('measures how far a profile moved in pooled standard deviations', () => {
    // Group 0: means (0 + 2 + 1) / 3 = 1 and (1 + 3 + 2) / 3 = 2, variances 1 and 1
    expect(found.personas[0].shifts[0]).toBeCloseTo(1, 12);
    // Group 1: means 12 and 14, variances 4 and 2
    expect(found.personas[1].shifts[0]).toBeCloseTo(2 / Math.sqrt(3), 12);
  });

  it('sees the same groups in the later window whatever their numbers are', () => {
    expect(found.anew).toEqual({ k: 2, adjustedRand: 1, predictionStrength: 1 });
    expect(found.personas.map(({ foundAgain }) => foundAgain)).toEqual([1, 1]);
  });

  it('says where the later window has other groups, more groups, or none', () => {
    // a | b | c, d | g: of the two rows c and d of one group the earlier model keeps no pair together.
    expect(compareWindows({ ...input, anew: fit(4, [0, 1, 2, 2, -1, 3]) }).anew).toMatchObject({ k: 4, predictionStrength: 0 });
    const none = compareWindows({ ...input, anew: { k: 0, failure: 'no start was accepted', labels: [] } });
    expect(none.anew).toBeNull();
    expect(none.personas.map(({ foundAgain }) => foundAgain)).toEqual([null, null]);
    // No dense region at all is a solution: everybody is outside.
    expect(compareWindows({ ...input, anew: fit(0, [-1, -1, -1, -1, -1, -1]) }).anew).toMatchObject({ k: 0, predictionStrength: null });
  });

  it('holds where nobody of the earlier window comes back', () => {
    const strangers = compareWindows({ ...input, later: rowsOf('uvwxyz', [1, 3, 2, 13, 50, 15]), published: new Map() });
    expect(strangers).toMatchObject({ customers: 0, stayed: 0, adjustedRand: null });
    expect(strangers.personas.map(({ jaccard, label, cluster }) => [jaccard, label, cluster])).toEqual([[null, null, null], [null, null, null]]);
  });
});
