import { modelingConfig } from '../../../src/config/modeling';
import type { CandidateSpec } from '../../../src/contracts/algorithms';
import { lowestBic } from '../../../src/core/lab/by-bic';
import type { Compute } from '../../../src/core/ports';
import type { FittedCandidate } from '../../../src/core/selection/fit-task';

interface Answer {
  readonly bic: number | null;
  readonly replicated?: number;
}

const figures = (bic: number) => ({ logLikelihood: -1, df: 1, bic, icl: bic, aic: 0, sabic: 0, caic: 0, entropy: 1 });

/** A pool that answers each mixture with a BIC that was agreed beforehand. */
const answering = (answers: Readonly<Record<string, Answer>>): Compute => ({
  threads: 1,
  map: <I, O>(task: string, payloads: readonly I[]): Promise<O[]> => {
    if (task !== 'selection.fit') return Promise.reject(new Error(`no ${task} is expected`));
    const fits = (payloads as unknown as CandidateSpec[][]).map((specs) =>
      specs.map((spec): FittedCandidate => {
        if (spec.algorithm !== 'mixture') throw new Error('mixtures only');
        const { bic, replicated = 2 } = answers[`${spec.model},${spec.k}`];
        const shape = {
          centroids: [],
          duplicates: false,
          inertia: null,
          calinskiHarabasz: null,
          daviesBouldin: null,
          sizes: [4],
          unassigned: 0,
          labels: new Int32Array(0),
        };
        const base = { spec, k: spec.k, restarts: 8, replicated, iterations: 1, converged: true, rejectedStarts: [], ...shape };
        if (bic === null) return { ...base, solution: null, failure: 'component 0 of 2 collapsed on income', mixture: null };
        const mixture = { model: spec.model, proportions: [1], means: [[0]], covariances: [[[1]]] };
        return { ...base, solution: { kind: 'mixture', mixture }, failure: null, mixture: figures(bic) };
      }),
    );
    return Promise.resolve(fits as unknown as O[]);
  },
});

const sweep = (answers: Readonly<Record<string, Answer>>, models: ('EEI' | 'VVV')[] = ['EEI', 'VVV'], max = 2) =>
  lowestBic({
    matrix: { rows: 4, cols: 1, names: ['income'], values: Float64Array.of(1, 2, 3, 4) },
    ids: ['1', '2', '3', '4'],
    modeling: modelingConfig.parse({ mixture: { models } }),
    limits: { min: 1, max },
    compute: answering(answers),
  });

const chosenOf = ({ candidates, chosen }: Awaited<ReturnType<typeof sweep>>) =>
  chosen === null ? null : `${candidates[chosen.candidate].model ?? ''},${candidates[chosen.candidate].k}`;

it('takes the lowest BIC', async () => {
  const verdict = await sweep({ 'EEI,1': { bic: 40 }, 'EEI,2': { bic: 30 }, 'VVV,1': { bic: 20 }, 'VVV,2': { bic: 25 } });
  expect(chosenOf(verdict)).toBe('VVV,1');
  expect(verdict.why).toContain('VVV,1 has the lowest BIC, 20.00 (mclust prints -20.00), of 4 mixtures');
  expect(verdict.why).toContain('Next: VVV,2, 25.00.');
  expect(verdict.candidates[0]).toMatchObject({ status: 'fitted', reason: 'BIC 20.00 above that of VVV,1', bicMclust: -40 });
  expect(verdict.warnings).toEqual([]);
});

it('sets aside a lower one that one start only found, and says so', async () => {
  const verdict = await sweep({ 'EEI,1': { bic: 40 }, 'EEI,2': { bic: 30 }, 'VVV,1': { bic: 50 }, 'VVV,2': { bic: -25, replicated: 1 } });
  expect(chosenOf(verdict)).toBe('EEI,2');
  expect(verdict.candidates[3]).toMatchObject({
    model: 'VVV',
    k: 2,
    status: 'rejected',
    reason: '1 of 8 starts reached the best likelihood, at least 2 asked',
  });
  expect(verdict.warnings[0]).toContain('a lower BIC was set aside: VVV,2, -25.00 (mclust prints 25.00)');
});

it('asks no second start for one component: there is one solution', async () => {
  expect(chosenOf(await sweep({ 'EEI,1': { bic: 10, replicated: 1 }, 'EEI,2': { bic: 30 } }, ['EEI']))).toBe('EEI,1');
});

it('warns where the best k is the limit', async () => {
  const { warnings } = await sweep({ 'EEI,1': { bic: 40 }, 'EEI,2': { bic: 30 } }, ['EEI']);
  expect(warnings).toEqual(['the best k is the limit: 2; the data may support more']);
});

it('chooses none where none is estimable: a finding, with the component and column of each', async () => {
  const verdict = await sweep({ 'EEI,1': { bic: null }, 'EEI,2': { bic: null } }, ['EEI']);
  expect(verdict).toMatchObject({ chosen: null, why: expect.stringContaining('None of 2 mixtures is estimable') });
  expect(verdict.candidates[1]).toMatchObject({
    status: 'not estimable',
    reason: 'component 0 of 2 collapsed on income',
    bic: null,
    bicMclust: null,
    undefinedBecause: 'NO_SOLUTION',
  });
});

it('fits no more clusters than there are rows', async () => {
  const verdict = await sweep({ 'EEI,1': { bic: 40 }, 'EEI,2': { bic: 30 }, 'EEI,3': { bic: 50 }, 'EEI,4': { bic: 60 } }, ['EEI'], 9);
  expect(verdict.candidates.map(({ k }) => k)).toEqual([1, 2, 3, 4]);
});
