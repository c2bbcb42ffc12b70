import {
  fitMixture,
  isReplicated,
  type FittedMixture,
  type MixtureFit,
  type MixtureSpec,
} from '../../../../src/core/clustering/mixture/fit';
import { posterior } from '../../../../src/core/clustering/mixture/posterior';
import { startSpace, type StartSpace } from '../../../../src/core/clustering/mixture/starts/hierarchies';
import {
  searchStarts,
  type MixtureRun,
  type MixtureTask,
  type Search,
  type SearchSpec,
} from '../../../../src/core/clustering/mixture/starts/search';
import type { Degenerate, EmOutcome } from '../../../../src/core/clustering/mixture/types';
import { toPoints } from '../../../../src/core/clustering/points';
import { adjustedRandIndex } from '../../../../src/core/validity/rand-index';
import { blobs, matrixOf, normals, testStream } from '../data';

const spec = (k: number, model: MixtureSpec['model'], more: Partial<MixtureSpec> = {}): MixtureSpec => ({
  k,
  model,
  starts: 8,
  prior: null,
  stream: { seed: 0, draw: null },
  replicate: true,
  nested: null,
  ...more,
});

const spaceOf = (matrix: Parameters<typeof toPoints>[0], largestK = 5): StartSpace =>
  startSpace(toPoints(matrix), null, { largestK, seed: 0 });

function fitted(fit: MixtureFit): FittedMixture {
  if (fit.status !== 'fitted') throw new Error(fit.reason);
  return fit;
}

describe('fitting planted groups', () => {
  const { matrix, truth } = blobs(
    [
      [0, 0],
      [10, 0],
      [0, 10],
    ],
    [90, 60, 30],
    1,
  );
  const space = spaceOf(matrix);

  it.each(['EII', 'VVI', 'EEE', 'VVV'] as const)(
    'finds them (%s), from more than one start, largest first',
    (model) => {
      const fit = fitted(fitMixture(space, spec(3, model)));
      expect(adjustedRandIndex(fit.labels, truth)).toBe(1);
      expect(Array.from(fit.outcome.parameters.proportions, (share) => Math.round(180 * share))).toEqual([90, 60, 30]);
      expect(isReplicated(fit)).toBe(true);
      expect(fit.outcome.converged).toBe(true);
      expect(fit.rejected).toEqual([]);
      expect(fit.followed).toBeLessThanOrEqual(fit.starts);
    },
  );

  it('gives the labels that the returned parameters give', () => {
    for (const k of [2, 3, 4, 5]) {
      const { labels, outcome } = fitted(fitMixture(space, spec(k, 'VVI')));
      expect(Array.from(labels)).toEqual(Array.from(posterior(outcome.parameters, space.points).cluster));
      const sizes = Array.from({ length: k }, (_, c) => labels.filter((label) => label === c).length);
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    }
  });

  it('has the mean and covariance of all rows for one component', () => {
    const fit = fitted(fitMixture(space, spec(1, 'VVV')));
    const mean = matrix.values.reduce((sum, x, at) => sum + (at % 2 === 0 ? x : 0), 0) / 180;
    expect(fit.outcome.parameters.means[0]).toBeCloseTo(mean, 10);
    expect(fit).toMatchObject({ starts: 1, followed: 1, replicated: 1 });
    expect(isReplicated(fit)).toBe(true);
  });

  it('is the same to the byte when run again, and in another thread', () => {
    const once = fitMixture(space, spec(4, 'VVV'));
    expect(fitMixture(space, spec(4, 'VVV'))).toEqual(once);
    expect(structuredClone(fitMixture(structuredClone(space), structuredClone(spec(4, 'VVV'))))).toEqual(once);
  });

  it('counts a row of weight w as w rows', () => {
    const weights = Float64Array.from({ length: 180 }, (_, i) => 1 + (i % 2));
    const repeated = Array.from(weights, (w, i) => new Array<number>(w).fill(i)).flat();
    const points = toPoints(matrix);
    const weighted = fitted(fitMixture(startSpace(points, weights, { largestK: 3, seed: 0 }), spec(3, 'VVV')));
    const whole = toPoints(matrix, { rows: repeated });
    const plain = fitted(fitMixture(startSpace(whole, null, { largestK: 3, seed: 0 }), spec(3, 'VVV')));
    expect(weighted.outcome.logLikelihood).toBeCloseTo(plain.outcome.logLikelihood, 5);
    weighted.outcome.parameters.means.forEach((m, at) => expect(m).toBeCloseTo(plain.outcome.parameters.means[at], 4));
  });

  it('refuses more components than rows', () => {
    const few = spaceOf(matrixOf([[0], [1], [3]]));
    expect(() => fitMixture(few, spec(4, 'EII'))).toThrow('1 <= k <= rows');
  });
});

describe('degenerate starts', () => {
  /** Two clouds, with some rows of the second tied on its second column. */
  function withTies(tied: number, rows = 120): ReturnType<typeof matrixOf> {
    const normal = normals(testStream(7));
    return matrixOf(
      Array.from({ length: rows }, (_, i) => {
        const group = i % 2;
        return [8 * group + normal(), group === 1 && i < 2 * tied ? 3 : normal()];
      }),
    );
  }

  it('are set aside and named, though their likelihood is higher', () => {
    const fit = fitted(fitMixture(spaceOf(withTies(25)), spec(3, 'VVV', { starts: 20 })));
    expect(fit.outcome.degenerate).toBeNull();
    const tied = fit.rejected.filter(({ degenerate }) => degenerate.kind === 'tied values' && degenerate.column === 1);
    expect(tied.length).toBeGreaterThan(0);
    const highest = Math.max(...tied.map(({ logLikelihood }) => logLikelihood ?? -Infinity));
    expect(highest).toBeGreaterThan(fit.outcome.logLikelihood);
  });

  it('leave no estimate where there is nothing else, which is a result that names component and column', () => {
    const fit = fitMixture(spaceOf(withTies(60)), spec(2, 'VVI'));
    if (fit.status !== 'not estimable') throw new Error('estimated');
    const { degenerate, reason, rejected, starts, followed } = fit;
    expect(degenerate).toMatchObject({ kind: 'tied values', column: 1 });
    expect(reason).toContain(`component ${degenerate.component} tied values on column 1`);
    // Twice the starts, each followed until it was rejected.
    expect({ starts, followed, rejected: rejected.length }).toEqual({ starts: 16, followed: 16, rejected: 16 });
    // The component named is the one of the rows that are tied, in every start.
    expect(new Set(rejected.map((start) => start.degenerate.column))).toEqual(new Set([1]));
  });

  it('do not keep a model from being fitted whose components share their covariance', () => {
    expect(fitMixture(spaceOf(withTies(60)), spec(2, 'EEE')).status).toBe('fitted');
  });
});

describe('the search over starts', () => {
  const parameters = {
    model: 'VVV',
    k: 2,
    cols: 1,
    proportions: new Float64Array(2),
    means: new Float64Array(2),
    covariances: new Float64Array(2),
  } as const;
  const collapsed: Degenerate = { kind: 'collapsed', component: 1, column: 0, evidence: '' };
  const hierarchies = (['model-based', 'ward, sphered', 'ward'] as const).map((method) => ({ method, labels: [] }));
  /** What EM from a start gives: log-likelihood after a short and a long run; null where it degenerates. */
  type Script = (start: MixtureTask['start']) => { short: number; long: number | null };

  function search(
    script: Script,
    given: Partial<SearchSpec> = {},
  ): { found: Search; asked: MixtureTask[]; longest: number } {
    const generator = searchStarts({ hierarchies }, { k: 2, starts: 10, replicate: true, nested: null, ...given });
    const asked: MixtureTask[] = [];
    let longest = 0;
    let step = generator.next();
    while (!step.done) {
      const runs = step.value.map((task): MixtureRun => {
        const { short, long } = script(task.start);
        const last = task.length === 'long';
        const outcome: EmOutcome = {
          parameters,
          logLikelihood: last ? (long ?? short) : short,
          iterations: 1,
          converged: true,
          degenerate: last && long === null ? collapsed : null,
        };
        return { ...task, outcome, stopped: false };
      });
      if (runs[0]?.length === 'long') longest = Math.max(longest, runs.length);
      asked.push(...step.value);
      step = generator.next(runs);
    }
    return { found: step.value, asked, longest };
  }

  const long = (asked: readonly MixtureTask[]): MixtureTask[] => asked.filter(({ length }) => length === 'long');

  it('follows a course once where all starts take it, and the start of mclust whatever its rank', () => {
    const { found, asked } = search(({ method }) => ({ short: method === 'model-based' ? -200 : -100, long: -50 }));
    expect(long(asked)[0].start.method).toBe('model-based');
    expect(found).toMatchObject({ starts: 10, best: { outcome: { logLikelihood: -50 } } });
    expect(found.followed).toHaveLength(2);
  });

  it('looks for a replication of a solution that one start found, then says there is none', () => {
    // Every start ends somewhere else.
    let next = 0;
    const { found, longest } = search(() => ({ short: -100 - ++next, long: -50 - next }));
    expect(found.starts).toBe(20);
    expect(found.followed).toHaveLength(20);
    expect(longest).toBe(2);
  });

  it('stops looking once two starts agree within 1e-6', () => {
    const ends = (index: number): number => (index === 4 ? -50 : index === 15 ? -50.00004 : -60 - index);
    const { found } = search(({ method, index }) => ({
      short: -100,
      long: method.startsWith('k-means') ? ends(index) : -80 - method.length,
    }));
    expect(found.best?.start.index).toBe(4);
    expect(found.starts).toBe(20);
    const near = found.followed.filter(({ outcome }) => outcome.logLikelihood > -51);
    expect(near.map(({ start }) => start.index)).toEqual([4, 15]);
  });

  it('follows on the starts that looked like the best one first', () => {
    const likeness: Script = ({ method, index }) =>
      method.startsWith('k-means')
        ? { short: index === 5 ? -101 : -150 - index, long: index === 5 || index === 0 ? -50 : -70 - index }
        : { short: -100, long: -60 };
    const { found } = search((start) =>
      start.index === 0 && start.method === 'k-means' ? { short: -101.0001, long: -50 } : likeness(start),
    );
    expect(found.starts).toBe(10);
    expect(found.followed.filter(({ outcome }) => outcome.logLikelihood === -50)).toHaveLength(2);
  });

  it('without replication wanted only the best courses are followed', () => {
    let next = 0;
    const { found } = search(() => ({ short: -100 - ++next, long: -50 - next }), { replicate: false });
    expect(found).toMatchObject({ starts: 10 });
    expect(found.followed).toHaveLength(4);
  });

  it('goes on longer where most starts degenerate and one does not', () => {
    const { found } = search(({ method, index }) => ({
      short: -100,
      long: method.startsWith('k-means') && [3, 40].includes(index) ? -50 : null,
    }));
    expect(found.best?.start.index).toBe(3);
    expect(found.starts).toBe(50);
    expect(found.followed.filter(({ outcome }) => outcome.degenerate === null)).toHaveLength(2);
  });

  it('follows every start before it says that nothing can be estimated, twice as many as were asked for', () => {
    const { found } = search(() => ({ short: -100, long: null }));
    expect(found).toMatchObject({ starts: 20, best: null });
    expect(found.followed).toHaveLength(20);
  });

  it('splits the components of a smaller solution, gently where nothing reaches its likelihood', () => {
    const splitsOf = (tasks: readonly MixtureTask[]): unknown[] =>
      tasks.flatMap(({ start }) => (start.method === 'split' ? [start] : []));
    const nested = { logLikelihood: -55 };
    const reached = search(() => ({ short: -100, long: -50 }), { k: 3, nested });
    expect(splitsOf(reached.asked.filter(({ length }) => length === 'short'))).toEqual([
      { method: 'split', index: 0, hardness: 1 },
      { method: 'split', index: 1, hardness: 1 },
    ]);
    expect(reached.asked.some(({ start }) => (start.hardness ?? 1) < 1)).toBe(false);
    const missed = search(({ hardness = 1 }) => ({ short: -100, long: hardness < 1 ? -55 : -60 }), { k: 3, nested });
    expect(missed.found.best).toMatchObject({ start: { method: 'split' }, outcome: { logLikelihood: -55 } });
  });
});
