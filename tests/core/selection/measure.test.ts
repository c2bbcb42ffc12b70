import { createInlineCompute } from '../../../src/adapters/compute';
import { nearestLabels } from '../../../src/core/clustering/nearest-centroid';
import { toPoints } from '../../../src/core/clustering/points';
import { silhouettesOf } from '../../../src/core/selection/measure';
import { EXACT_SILHOUETTE_ROWS, silhouetteRows } from '../../../src/core/validity/silhouette-sample';
import { blobs, idsOf } from '../clustering/data';
import { rowSilhouettes } from '../validity/silhouettes';

const pool = { compute: createInlineCompute() };
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('silhouettes of candidates', () => {
  const centres = [
    [0, 0],
    [4, 0],
    [0, 5],
  ];
  const { matrix } = blobs(centres, [6000, 4000, 1500], 1.3);
  const points = toPoints(matrix);
  const three = { k: 3, labels: nearestLabels(centres, points) };
  const two = { k: 2, labels: three.labels.map((label) => Math.min(label, 1)) };
  const draw = { ids: idsOf(points.rows), seed: 3 };

  it('of 10,000 rows or fewer are exact, those of the assigned rows alone too', async () => {
    const rows = Int32Array.from({ length: 900 }, (_, i) => i * 12);
    const few = toPoints(matrix, { rows });
    const labels = Int32Array.from(rows, (row) => three.labels[row]);
    const partly = labels.map((label, i) => (i % 7 === 0 ? -1 : label));
    const [all, assigned] = await silhouettesOf(pool, few, [{ k: 3, labels }, { k: 3, labels: partly }], draw);
    const exact = rowSilhouettes(few, { k: 3, labels });
    expect(all?.value).toBeCloseTo(mean(exact), 12);
    // Of a mean of so many independent values.
    expect(all?.error).toBeCloseTo(Math.sqrt(mean(exact.map((value) => (value - mean(exact)) ** 2)) / 900), 12);
    expect([all?.drawn, assigned?.drawn]).toEqual([null, null]);
    const kept = rows.filter((_, i) => i % 7 !== 0);
    const own = rowSilhouettes(toPoints(matrix, { rows: kept }), { k: 3, labels: partly.filter((label) => label >= 0) });
    expect(assigned?.value).toBeCloseTo(mean(own), 12);
  });

  it('of more rows are estimates near the exact ones, as their error says, from the same rows for every k', async () => {
    const found = await silhouettesOf(pool, points, [three, two], draw);
    for (const [l, labeling] of [three, two].entries()) {
      const values = rowSilhouettes(points, labeling);
      const { value, error, drawn } = found[l]!;
      expect(Math.abs(value - mean(values))).toBeLessThan(4 * drawn!.error);
      expect(value).not.toBe(mean(values));
      expect(drawn!.error).toBeLessThan(0.003);
      expect(error).toBeGreaterThan(drawn!.error);
      expect(drawn!.rows).toBeGreaterThanOrEqual(silhouetteRows(points.rows));
      expect(drawn!.rows).toBeLessThan(silhouetteRows(points.rows) + 17);
    }
    // Alone or with others, of this algorithm or another: the rows do not depend on what is compared on them.
    const [alone] = await silhouettesOf(pool, points, [two], draw);
    expect(alone!.value).toBeCloseTo(found[1]!.value, 12);
    expect(alone!.drawn!.rows).toBe(found[1]!.drawn!.rows);
    const [other] = await silhouettesOf(pool, points, [three], { ...draw, seed: 4 });
    expect(other!.value).not.toBeCloseTo(found[0]!.value, 9);
  }, 60_000);

  it('with many unassigned rows are drawn from the others, exact again where these are few', async () => {
    const noisy = (share: number) => ({ k: 3, labels: three.labels.map((label, i) => ((i * 0.618) % 1 < share ? -1 : label)) });
    const [some, most] = await silhouettesOf(pool, points, [noisy(0.1), noisy(0.6)], draw);
    const rows = Int32Array.from(points.values.keys()).filter((row) => row < points.rows && noisy(0.1).labels[row] >= 0);
    expect(rows.length).toBeGreaterThan(EXACT_SILHOUETTE_ROWS);
    const exact = mean(rowSilhouettes(toPoints(matrix, { rows }), { k: 3, labels: Int32Array.from(rows, (row) => three.labels[row]) }));
    expect(some!.drawn!.rows).toBeLessThan(rows.length);
    expect(Math.abs(some!.value - exact)).toBeLessThan(4 * some!.drawn!.error);
    expect(most!.drawn).toBeNull();
  }, 60_000);
});

it('no more distances are measured than of 10,000 rows, but for a least number of rows', () => {
  expect([10_000, 10_001, 20_000, 1_000_000].map(silhouetteRows)).toEqual([10_000, 9999, 5000, 1000]);
});
