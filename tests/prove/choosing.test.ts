import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { design, imbalance, OVERLAPS, type Cell } from './choosing/cells';
import { compare, scoreOf } from './choosing/judgement';
import type { KMeansMeasured, Measured } from './choosing/measured';
import { plant } from './choosing/planted';
import { folderOf, resultsOf, SEEDS } from './choosing/results';
import { asManyAsComeBack, criteria, OURS, OURS_OF_MIXTURES, type Rule } from './choosing/rules';

const cells = design();
const count = <T>(values: readonly T[]): Map<T, number> => {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};

describe('the design', () => {
  it('has sixty different cells with every level as often as it can be', () => {
    const facts = ({ id: _id, half: _half, ...rest }: Cell): string => JSON.stringify(rest);
    expect(new Set(cells.map(facts)).size).toBe(60);
    const of = (factor: keyof Cell): number[] => [...count(cells.map((cell) => cell[factor])).values()];
    expect(of('behaviours')).toEqual(new Array(6).fill(10));
    for (const factor of ['overlap', 'noise', 'tails'] as const) expect(of(factor)).toEqual([20, 20, 20]);
    expect(of('shares')).toEqual([30, 30]);
    expect(count(cells.map(({ customers }) => customers))).toEqual(new Map([[1000, 19], [3000, 19], [10_000, 19], [50_000, 3]]));
  });

  it('has pairs of levels nearly as often as chance would have them', () => {
    // Ten cells of each number of behaviours over three levels are 3, 3 and 4 at best: 0.67 off for each of the six numbers and three such
    // factors, 12 in all; the other pairs cannot all come out even either.
    expect(imbalance(cells)).toBeLessThan(36);
    const sorted = [...cells].sort((a, b) => a.customers - b.customers).map((cell, i) => ({ ...cell, shares: i < 30 ? ('even' as const) : ('uneven' as const) }));
    expect(imbalance(sorted)).toBeGreaterThan(100);
  });

  it('shares the levels out to two halves', () => {
    for (const factor of ['behaviours', 'overlap', 'noise', 'tails', 'shares', 'customers'] as const) {
      const [shape, judge] = (['shape', 'judge'] as const).map((half) => count(cells.filter((cell) => cell.half === half).map((cell) => cell[factor])));
      for (const [level, times] of shape) expect(Math.abs(times - (judge.get(level) ?? 0))).toBeLessThanOrEqual(2);
    }
    expect(cells.filter(({ half }) => half === 'judge')).toHaveLength(30);
  });
});

describe('a planted data set', () => {
  const small = cells.filter(({ customers }, i) => customers === 3000 && i % 4 === 3);

  it('is the same again for the same cell and seed, and another for another seed', () => {
    const [cell] = small;
    expect(Buffer.from(plant(cell, 1).raw.values.buffer).equals(Buffer.from(plant(cell, 1).raw.values.buffer))).toBe(true);
    expect(plant(cell, 1).raw.values[0]).not.toBe(plant(cell, 2).raw.values[0]);
  });

  it.each(small.map((cell) => [cell.id, cell] as const))('%s can be told apart as well as its cell says, and no behaviour is lost', (_id, cell) => {
    const { truth, recognition, raw } = plant(cell, 3);
    expect(Math.abs(recognition.ari - OVERLAPS[cell.overlap])).toBeLessThan(0.04);
    expect(recognition.least).toBeGreaterThan(0.45);
    const shares = count([...truth]);
    expect([...shares.keys()].filter((b) => b >= 0)).toHaveLength(cell.behaviours);
    if (cell.noise === 'background') expect((shares.get(-1) ?? 0) / raw.rows).toBeCloseTo(0.05, 1);
    else expect(shares.has(-1)).toBe(false);
    expect(raw.values.every(Number.isFinite)).toBe(true);
  });
});

describe('the judgement', () => {
  const always = (name: string, k: number): Rule => ({ name, gated: false, choose: () => ({ k, truth: k / 10 }) });
  const set = (cell: string, behaviours: number): Measured => ({ cell, behaviours }) as Measured;
  const sets = [set('a', 4), set('a', 4), set('b', 5), set('c', 8)];

  it('counts hits and distances', () => {
    // 4 for 4, 4, 5 and 8: two hits, three at most one off, distances 0, 0, 1 and 4.
    expect(scoreOf(always('four', 4), sets)).toEqual({ rule: 'four', sets: 4, hits: 0.5, near: 0.75, distance: 1.25, bias: -1.25, truth: 0.4, none: 0 });
  });

  it('takes paired differences, with intervals over cells', () => {
    const { hits, nearer, distance, truth } = compare(always('four', 4), always('six', 6), sets);
    expect(hits.value).toBe(0.5);
    // Nearer in both sets of a, as near in b, farther in c.
    expect(nearer.value).toBe(0.25);
    expect(distance.value).toBeCloseTo((-2 - 2 + 0 + 2) / 4, 12);
    expect(truth.value).toBeCloseTo(-0.2, 12);
    // Three cells drawn from three: all a (1) or none (0) have a chance of 1/27 and 8/27.
    expect([hits.low, hits.high]).toEqual([0, 1]);
    expect([truth.low, truth.high].map((value) => Number(value.toFixed(12)))).toEqual([-0.2, -0.2]);
  });
});

describe('a rule', () => {
  const candidate = (k: number, jaccard: number, silhouette: number, failed: string[] = []): KMeansMeasured =>
    ({
      k, silhouette, failed, truth: 0, sizes: new Array<number>(k).fill(10),
      returned: { drawn: [new Array<number>(k).fill(jaccard - 0.01), new Array<number>(k).fill(jaccard + 0.01)] },
    }) as unknown as KMeansMeasured;
  const measured = (...kmeans: KMeansMeasured[]): Measured => ({ kmeans, mixture: [] }) as unknown as Measured;

  it('takes the largest k that comes back, behind the gates', () => {
    const sets = measured(candidate(2, 0.99, 0.5), candidate(3, 0.9, 0.4), candidate(4, 0.86, 0.3, ['minShare']), candidate(5, 0.5, 0.2), candidate(11, 0.9, 0.9));
    expect(asManyAsComeBack().choose(sets)?.k).toBe(3);
    expect(criteria(false)[0].choose(sets)?.k).toBe(2);
  });

  it('of the product discounts the silhouette by the Jaccard similarity', () => {
    // 0.5 × 0.6^0.4 = 0.408; 0.45 × 0.9^0.4 = 0.431.
    expect(OURS.choose(measured(candidate(2, 0.6, 0.5), candidate(3, 0.9, 0.45), candidate(4, 0.99, 0.5, ['minShare'])))?.k).toBe(3);
  });

  it('takes the one that comes back best where none comes back well', () => {
    expect(asManyAsComeBack().choose(measured(candidate(2, 0.7, 0.5), candidate(3, 0.8, 0.4), candidate(4, 0.6, 0.3)))?.k).toBe(3);
    expect(asManyAsComeBack().choose(measured(candidate(2, 0.7, 0.5, ['maxShare'])))).toBeNull();
  });
});

describe('the study', () => {
  const option = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
  const seeds = option('DRAMATIS_PROVE_SEEDS', SEEDS);
  const chosen = option('DRAMATIS_PROVE_CELLS', cells.length);
  const run = (...args: string[]): number | null =>
    spawnSync(process.execPath, [join(__dirname, 'choosing', 'run.js'), ...args], { stdio: 'inherit' }).status;

  it('measures all sets, and what was measured before the same again', () => {
    expect(run('--cells', String(chosen), '--seeds', String(seeds))).toBe(0);
    expect(run('again')).toBe(0);
  }, 14_400_000);

  it('finds the planted number more often with our rule than with any criterion alone, and comes nearer more often, on the half that judges', () => {
    const sets = resultsOf(folderOf(), 'judge');
    run('judge', 'judge');
    expect(sets.length).toBeGreaterThan(0);
    // A few cells measure the machinery; what the rules are worth says the whole of the study.
    if (chosen < cells.length || seeds < SEEDS) return;
    expect(sets).toHaveLength(30 * SEEDS);
    for (const criterion of criteria(false).slice(0, 5)) {
      const { nearer, hits, other } = compare(OURS, criterion, sets);
      expect({ other, hits: hits.low > 0, nearer: nearer.value > 0 }).toEqual({ other, hits: true, nearer: true });
    }
    // Behind the gates of the product the criteria have some of its advantage.
    for (const criterion of criteria(true).slice(0, 5)) {
      const { hits, other } = compare(OURS, criterion, sets);
      expect({ other, hits: hits.value > 0 }).toEqual({ other, hits: true });
    }
    const bic = criteria(false).find(({ name }) => name === 'BIC')!;
    const { nearer, hits } = compare(OURS_OF_MIXTURES, bic, sets);
    expect({ nearer: nearer.low > 0, hits: hits.value > 0 }).toEqual({ nearer: true, hits: true });
  });
});
