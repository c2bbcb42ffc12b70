import fc from 'fast-check';
import { chainMerges, type LiveClusters } from '../../../../src/core/clustering/hierarchical/chain';
import { normalRows } from './trees';

/** Clusters at the distance of their midpoints: a merge can bring them nearer to others, as rounding does among ties. */
function midpointClusters(rows: number[][]): LiveClusters & { live: Set<number> } {
  const midpoints = rows.map((row) => [...row]);
  const live = new Set(rows.keys());
  const apart = (a: number, b: number): number =>
    midpoints[a].reduce((sum, value, j) => sum + (value - midpoints[b][j]) ** 2, 0);
  return {
    slots: rows.length,
    live,
    distance: 0,
    nearest(x, previous) {
      const others = [...live].filter((y) => y !== x).sort((a, b) => apart(x, a) - apart(x, b) || a - b);
      return previous >= 0 && apart(x, previous) <= apart(x, others[0]) ? previous : others[0];
    },
    merge(x, y) {
      if (!live.has(x) || !live.has(y)) throw new Error('a cluster that is gone was merged');
      midpoints[y] = midpoints[y].map((value, j) => (value + midpoints[x][j]) / 2);
      live.delete(x);
    },
  };
}

it('merges only clusters that are there, down to one, even where a merge brings clusters nearer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 40 }), (seed, n) => {
      const clusters = midpointClusters(normalRows(n, 8, seed));
      const { first, second } = chainMerges(clusters);
      expect(clusters.live.size).toBe(1);
      expect(first.every((slot, m) => slot < second[m])).toBe(true);
      expect(new Set(first).size).toBe(n - 1);
    }),
    { numRuns: 100 },
  );
});
