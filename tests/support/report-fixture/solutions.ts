import type { Algorithm } from '../../../src/contracts/algorithms';
import type { Solution, StoredMixture, StoredSolution } from '../../../src/contracts/model';
import { DENSITY_ROWS, withoutRows } from '../../../src/core/clustering/density/stored';
import { preprocessingOf } from './model';
import { PERSONAS } from './plan';

const columns = preprocessingOf().columns;

/** Cluster means in scaled units: the plan's standing of each persona for five groups, else points on a line. */
export function centroidsOf(k: number): number[][] {
  if (k !== PERSONAS.length)
    return Array.from({ length: k }, (_, c) => columns.map((_column, j) => (c - k / 2) * (j % 2 === 0 ? 0.4 : -0.3)));
  return PERSONAS.map(({ z }) =>
    columns.map(({ column, from, basis }) => z[basis.kind === 'ilr' ? from[basis.pivot - 1] : column] ?? 0),
  );
}

/** Axes along the columns, each persona with a spread of its own. */
function mixtureOf(): StoredMixture {
  const customers = PERSONAS.reduce((sum, p) => sum + p.customers, 0);
  return {
    model: 'VVI',
    proportions: PERSONAS.map((p) => p.customers / customers),
    means: centroidsOf(PERSONAS.length),
    covariances: PERSONAS.map((_, c) =>
      columns.map((_row, i) =>
        columns.map((_column, j) => (i === j ? (0.45 + 0.12 * c) * (0.5 + ((i * 7 + c * 3) % 10) / 10) : 0)),
      ),
    ),
  };
}

export function solutionOf(algorithm: Algorithm, k: number): Solution {
  const centroids = centroidsOf(k);
  switch (algorithm) {
    case 'kmeans':
    case 'hierarchical':
      return { kind: 'centroids', centroids };
    case 'mixture':
      return { kind: 'mixture', mixture: mixtureOf() };
    case 'density':
      return {
        kind: 'density',
        density: {
          method: 'hdbscan',
          k,
          cols: columns.length,
          means: centroids,
          rows: centroids,
          labels: centroids.map((_, c) => c),
          minClusterSize: 60,
          minSamples: 10,
          selection: 'eom',
          coreDistances: centroids.map(() => 0.4),
          exitDistances: centroids.map(() => 0.6),
          birthDistances: centroids.map(() => 1.2),
          coreExits: centroids.map(() => 0.3),
        },
      };
  }
}

/** The same as `clustering.model` has it. */
export function storedSolutionOf(algorithm: Algorithm, k: number): StoredSolution {
  const solution = solutionOf(algorithm, k);
  if (solution.kind !== 'density') return solution;
  const rowsAt = { sha256: 'd'.repeat(64), bytes: 1000, rows: null, kind: DENSITY_ROWS };
  return { kind: 'density', density: withoutRows(solution.density, rowsAt) };
}
