import { createInlineCompute } from '../../../src/adapters/compute';
import { modelingConfig } from '../../../src/config/modeling';
import type { BlrtReport, BlrtTest } from '../../../src/contracts/selection';
import { blrt as sequence } from '../../../src/core/clustering/mixture/blrt';
import { startSpace } from '../../../src/core/clustering/mixture/starts/hierarchies';
import { toPoints } from '../../../src/core/clustering/points';
import { blrtChoice, blrtOf } from '../../../src/core/selection/blrt';
import { selectModel } from '../../../src/core/selection/select';
import { blobs, idsOf } from '../clustering/data';

const modelingOf = (mixture: object) => modelingConfig.parse({ mixture: { starts: 4, ...mixture } });
const pool = { compute: createInlineCompute() };
const three = blobs(
  [
    [0, 0],
    [8, 0],
    [0, 8],
  ],
  [40, 30, 30],
  1,
).matrix;
const points = toPoints(three);

describe('the tests of a mixture against one component less and one more', () => {
  const spec = { algorithm: 'mixture', model: 'EEI', k: 3 } as const;

  it('find three planted groups: two are too few, four no better', async () => {
    const report = await blrtOf(pool, points, spec, modelingOf({ blrtDraws: 20 }));
    expect(report).toMatchObject({ model: 'EEI', tests: [{ k: 2, against: 3, draws: 20, reason: null }, { k: 3, against: 4, draws: 20, reason: null }] });
    const [less, more] = report?.tests ?? [];
    expect(less.p).toBe(1 / 21);
    expect(more.p).toBeGreaterThan(0.05);
    expect(less.statistic).toBeGreaterThan(more.statistic ?? Infinity);
  });

  it('have the statistics and p of the sequence that starts at one component', async () => {
    const report = await blrtOf(pool, points, { ...spec, k: 1 }, modelingOf({ blrtDraws: 9 }));
    const space = startSpace(points, null, { largestK: 2, seed: 0 });
    const { steps } = sequence(space, { model: 'EEI', prior: null, starts: 4, seed: 0 }, { draws: 9, largestK: 1, level: 0.2 });
    expect(report?.tests.map(({ k, statistic, p }) => ({ k, statistic, p }))).toEqual(steps.map(({ k, statistic, p }) => ({ k, statistic, p })));
  });

  it('end with their budget: the draws that were made, and what p could have been on all', async () => {
    const whole = await blrtOf(pool, points, spec, modelingOf({ blrtDraws: 40 }));
    const told: number[] = [];
    const first = await blrtOf({ ...pool, onProgress: (fraction) => told.push(fraction) }, points, spec, modelingOf({ blrtDraws: 40, blrtBudget: 1 }));
    expect(first?.tests).toEqual([
      { k: 2, against: 3, statistic: whole?.tests[0].statistic, p: 1 / 17, draws: 16, planned: 40, bounds: [1 / 41, 25 / 41], reason: null },
    ]);
    expect(told).toEqual(Array.from({ length: 16 }, (_, i) => (i + 1) / 40 / 2));
    expect(blrtChoice(first, 3)).toMatchObject([{ k: null, note: expect.stringContaining('undecided: the budget ended the draws, and on all of them p would lie between 0.024 and 0.61 (EEI); 2 against 3: p = 0.059 on 16 draws of 40') as string }]);
    expect(whole?.tests.every((test) => !('bounds' in test))).toBe(true);
  });

  it('say where the budget left nothing for the second', async () => {
    const report = await blrtOf(pool, points, spec, modelingOf({ blrtDraws: 16, blrtBudget: 1 }));
    // 16 draws cannot bring p below 0.05, 20 can, and take two batches.
    expect(report?.tests).toHaveLength(1);
    const tests = (await blrtOf(pool, points, spec, modelingOf({ blrtDraws: 20, blrtBudget: 5000 })))?.tests;
    expect(tests?.[0].draws).toBe(20);
    expect(tests?.[1].reason ?? tests?.[1].bounds).toBeTruthy();
  });

  it('are not run with 0 draws, for other algorithms or with a prior, which is said', async () => {
    expect(await blrtOf(pool, points, spec, modelingOf({}))).toBeNull();
    expect(await blrtOf(pool, points, { algorithm: 'kmeans', k: 3 }, modelingOf({ blrtDraws: 20 }))).toBeNull();
    const penalised = await blrtOf(pool, points, spec, modelingOf({ blrtDraws: 20, prior: 'conjugate' }));
    expect(penalised?.tests.map(({ p, reason }) => [p, reason])).toEqual([
      [null, expect.stringContaining('modeling.mixture.prior is not none')],
      [null, expect.stringContaining('modeling.mixture.prior is not none')],
    ]);
  });

  it('say where a model has no proper solution', async () => {
    const few = toPoints(three, { rows: [0, 1, 2, 3] });
    const report = await blrtOf(pool, few, { ...spec, model: 'VVV', k: 2 }, modelingOf({ blrtDraws: 20 }));
    for (const { statistic, p, draws, reason } of report?.tests ?? []) {
      expect({ statistic, p, draws }).toEqual({ statistic: null, p: null, draws: 0 });
      expect(reason).toMatch(/components: .+|no proper solution/);
    }
    expect(report?.tests).toHaveLength(1);
  });
});

describe('what the tests alone would take', () => {
  const test = (k: number, p: number | null, draws = 99): BlrtTest => ({ k, against: k + 1, statistic: 1, p, draws, reason: p === null ? 'collapsed' : null });
  const take = (...tests: BlrtTest[]) => blrtChoice({ model: 'VVI', tests } satisfies BlrtReport, 3)[0];

  it.each([
    ['less', take(test(2, 0.2), test(3, 0.01)), 2, false, '3 components are no better than 2 (VVI); 2 against 3: p = 0.20 on 99 draws'],
    ['the same', take(test(2, 0.01), test(3, 0.05)), 3, true, '4 components are no better than 3'],
    ['more', take(test(2, 0.01), test(3, 0.01)), null, false, '4 components are still better than 3'],
    ['nothing where the budget leaves it open', take({ ...test(2, 0.03, 32), planned: 99, bounds: [0.01, 0.68] }), null, false, 'undecided: the budget ended the draws'],
    ['what the budget leaves no doubt of', take(test(2, 0.01), { ...test(3, 0.4, 50), planned: 99, bounds: [0.2, 0.7] }), 3, true, '4 components are no better than 3'],
    ['nothing without a p', take(test(2, 0.01), test(3, null)), null, false, 'undecided: collapsed'],
    ['nothing on too few draws', take(test(2, 0.05, 19), test(3, 0.5, 19)), null, false, '19 draws cannot bring p below 0.05'],
  ])('%s', (_, choice, k, agrees, note) => {
    expect(choice).toMatchObject({ criterion: 'blrt', algorithm: 'mixture', k, agrees, note: expect.stringContaining(note) as string });
  });

  it('is nothing where they were not run', () => expect(blrtChoice(null, 3)).toEqual([]));
});

it('a selection reports them for its best mixture, and without draws says nothing', async () => {
  const run = (blrtDraws: number) =>
    selectModel({
      matrix: three,
      ids: idsOf(three.rows),
      compute: pool.compute,
      limits: { min: 2, max: 4 },
      modeling: modelingConfig.parse({
        algorithms: ['mixture'],
        clusters: { min: 2, max: 3 },
        mixture: { models: ['EEI'], starts: 4, blrtDraws },
        sizeGates: { minCustomers: 10 },
        stability: { resamples: 4 },
      }),
    });
  const [without, report] = [await run(0), await run(20)];
  expect(report.blrt).toMatchObject({ model: 'EEI', tests: [{ k: 2, against: 3 }, { k: 3, against: 4 }] });
  expect(report.evidence.filter(({ criterion }) => criterion === 'blrt')).toMatchObject([{ k: 3, agrees: true }]);
  expect(without.blrt).toBeNull();
  expect(without.evidence).toEqual(report.evidence.filter(({ criterion }) => criterion !== 'blrt'));
  // Beside the choice, not part of it.
  expect(report.chosen).toEqual(without.chosen);
});
