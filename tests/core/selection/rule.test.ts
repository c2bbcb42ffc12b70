import fc from 'fast-check';
import { modelingConfig } from '../../../src/config/modeling';
import type { MeasuredCandidate } from '../../../src/contracts/selection';
import { criterionChoices } from '../../../src/core/selection/evidence';
import { gatesOf, sizeGatesOf, stabilityGate } from '../../../src/core/selection/gates';
import { choose, stableSilhouette } from '../../../src/core/selection/rule';
import { judged, noFinalist, warningsOf } from '../../../src/core/selection/verdicts';
import { candidate, fitted, mixture } from './candidates';

const modeling = modelingConfig.parse({});
const limits = { min: 2, max: 8 };
const tooSmall = sizeGatesOf([690, 300, 10], 0, modeling);

describe('within k-means', () => {
  const separated = (k: number, silhouette: number | null, meanJaccard: number, change: Partial<MeasuredCandidate> = {}): MeasuredCandidate =>
    candidate(k, { silhouette, meanJaccard, ...change });

  it('takes the best separated one, discounted by how far it comes back, inside the limits and through the gates', () => {
    const candidates = [
      separated(2, 0.6, 0.99, { withinLimits: false }),
      // 0.45 × 0.5^0.4 = 0.341; 0.4 × 0.9^0.4 = 0.383; 0.37 × 1 = 0.37.
      separated(3, 0.45, 0.5),
      separated(4, 0.4, 0.9),
      separated(5, 0.37, 1),
      separated(6, 0.5, 0.95, { gates: tooSmall }),
      separated(7, 0.5, 0.97, { withinLimits: false }),
    ];
    expect(choose(candidates, 0.85)).toEqual({ candidate: 2, reproduced: true });
    expect(judged(candidates[1], 1, choose(candidates, 0.85), candidates, modeling, limits)).toMatchObject({
      status: 'lost',
      why: '3 clusters: silhouette 0.450, mean Jaccard 0.50, silhouette × Jaccard^0.4 = 0.341, against 0.383 of the 4 clusters taken.',
    });
  });

  it('says so where what it takes comes back less well than asked', () => {
    const candidates = [separated(3, 0.5, 0.8), separated(4, 0.3, 0.95)];
    const choice = choose(candidates, 0.85);
    expect(choice).toEqual({ candidate: 0, reproduced: false });
    expect(warningsOf(candidates, choice, modeling, limits)).toEqual([
      '3 clusters are taken with a mean Jaccard of 0.80, below the 0.85 asked: the personas are only partly reproducible',
    ]);
  });

  it('takes the smaller of equals, and the most stable one where no silhouette is defined', () => {
    expect(choose([separated(3, 0.4, 0.9), separated(4, 0.4, 0.9)], 0.85)?.candidate).toBe(0);
    expect(choose([separated(3, null, 0.7), separated(4, null, 0.8)], 0.85)).toEqual({ candidate: 1, reproduced: false });
  });

  it('does not make a negative silhouette better by discounting it', () => {
    expect(choose([separated(3, -0.1, 0.2), separated(4, -0.05, 0.9)], 0.85)?.candidate).toBe(1);
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (s, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((meanJaccard) => stableSilhouette({ silhouette: s, meanJaccard })!);
        expect(low).toBeLessThanOrEqual(high);
        expect(high).toBeLessThanOrEqual(s);
      }),
    );
  });

  it('has no choice where nothing passes, and says what failed; one cluster is never a choice', () => {
    const failing = [candidate(1, { meanJaccard: 1 }), candidate(3, { meanJaccard: 0.99, gates: tooSmall })];
    expect(choose(failing, 0.85)).toBeNull();
    expect(noFinalist('kmeans', failing)).toContain('3 clusters: smallest cluster 1.0 % of customers, at least 2.0 % asked; smallest cluster 10 customers, at least 50 asked');
    expect(noFinalist('kmeans', [candidate(2, { withinLimits: false })])).toContain('objective.granularity');
  });
});

describe('within mixtures', () => {
  const sweep = [
    mixture('EEI', 3, 1000, { meanJaccard: 0.95 }),
    mixture('EEI', 5, 900, { meanJaccard: 0.9 }),
    mixture('VVV', 4, 800, { meanJaccard: 0.7 }),
    mixture('VVI', 6, 700, { gates: [{ gate: 'replicated', passed: false, evidence: '1 of 8 starts reached the best likelihood, at least 2 asked' }] }),
  ];

  it('takes the lowest BIC of those that are reproduced, whatever their k', () => {
    expect(choose(sweep, 0.85)).toEqual({ candidate: 1, reproduced: true });
    expect(choose([sweep[1], mixture('EEE', 2, 890, { meanJaccard: 0.86 })], 0.85)).toEqual({ candidate: 1, reproduced: true });
  });

  it('lists lower BICs that were set aside, with the reason', () => {
    const warnings = warningsOf(sweep, choose(sweep, 0.85), modeling, limits);
    expect(warnings).toEqual([
      'a lower BIC was set aside: 4 clusters (VVV), 800.0 (not reproduced, mean Jaccard 0.70)',
      'a lower BIC was set aside: 6 clusters (VVI), 700.0 (1 of 8 starts reached the best likelihood, at least 2 asked)',
    ]);
  });

  it('names the first collapsed component of the sweep', () => {
    const collapsed = mixture('VVI', 3, 1200, { rejectedStarts: [{ logLikelihood: 5, reason: 'component 0 tied values on frequency' }] });
    expect(warningsOf([...sweep, collapsed], choose(sweep, 0.85), modeling, limits).at(-1)).toBe(
      'components collapsed in 1 of 5 mixtures and those starts were rejected, first with 3 clusters (VVI): component 0 tied values on frequency',
    );
  });

  it('names it too where no mixture can be chosen', () => {
    const lost = mixture('VVI', 3, 1200, { gates: tooSmall, rejectedStarts: [{ logLikelihood: 5, reason: 'component 0 singular on revenue' }] });
    expect(choose([lost], 0.85)).toBeNull();
    expect(warningsOf([lost], null, modeling, limits)).toEqual([
      'components collapsed in 1 of 1 mixtures and those starts were rejected, first with 3 clusters (VVI): component 0 singular on revenue',
    ]);
  });

  it('states both scales of the BIC where it says what the criterion alone would take', () => {
    const bic = criterionChoices('mixture', sweep, choose(sweep, 0.85), null).find(({ criterion }) => criterion === 'bic');
    expect(bic).toMatchObject({ k: 6, agrees: false, note: 'lowest BIC, 700.0 (VVI); lower is better, mclust prints -700.0' });
  });
});

describe('within densities', () => {
  const density = (k: number, unassigned: number, meanJaccard = 0.9): MeasuredCandidate => candidate(k, { algorithm: 'density', unassigned, meanJaccard });

  it('takes most clusters, of equals the one that leaves fewer customers unassigned', () => {
    expect(choose([density(3, 0.1), density(4, 0.19), density(4, 0.12), density(4, 0.13)], 0.85)).toEqual({ candidate: 2, reproduced: true });
  });

  it('no cluster at all is a result with a reason', () => {
    const modelingOf = gatesOf({ ...fitted('density', 0), unassigned: 900, sizes: [] }, modeling);
    expect(modelingOf).toEqual([{ gate: 'clusters', passed: false, evidence: 'no cluster is found' }]);
    const none = [candidate(0, { algorithm: 'density', gates: modelingOf, undefinedBecause: 'NO_CLUSTER', withinLimits: false })];
    expect(noFinalist('density', none)).toBe('no dense cluster is found with any of the parameters');
    expect(judged(none[0], 0, null, none, modeling, limits)).toMatchObject({ status: 'rejected', why: expect.stringContaining('No cluster is found') as string });
  });

  it('noise is gated at its bound', () => {
    const noise = (unassigned: number) => gatesOf({ ...fitted('density', 2), sizes: [500, 500 - unassigned], unassigned }, modeling).find(({ gate }) => gate === 'maxNoise');
    expect(noise(200)).toMatchObject({ passed: true });
    expect(noise(201)).toMatchObject({ passed: false, evidence: '20.1 % of customers belong to no cluster, at most 20.0 % allowed' });
  });
});

it('a stability gate passes from 0.6 on and names the least stable cluster', () => {
  expect(stabilityGate([0.95, 0.6, 0.8])).toMatchObject({ gate: 'stability', passed: true });
  expect(stabilityGate([0.95, 0.599, 0.8])).toMatchObject({ passed: false, evidence: expect.stringContaining('0.60') as string });
});

it('size gates count their bounds as passed, and customers of no cluster as customers', () => {
  const passed = (sizes: number[], unassigned = 0): string[] =>
    sizeGatesOf(sizes, unassigned, modeling)
      .filter((gate) => gate.passed)
      .map(({ gate }) => gate);
  expect(passed([700, 250, 50])).toEqual(['minShare', 'minCustomers', 'maxShare']);
  expect(passed([701, 250, 49])).toEqual(['minShare']);
  expect(passed([6000, 3901, 99].map((size) => size * 2))).toEqual(['minCustomers', 'maxShare']);
  expect(passed([720, 60], 220)).toEqual(['minShare', 'minCustomers']);
});

it('says what each criterion alone would take and whether it agrees', () => {
  const measured = (k: number, inertia: number, silhouette: number | null, calinskiHarabasz: number, daviesBouldin: number, meanJaccard: number): MeasuredCandidate =>
    candidate(k, { inertia, silhouette, calinskiHarabasz, daviesBouldin, meanJaccard, predictionStrength: meanJaccard });
  const candidates = [
    measured(2, 100, 0.5, 10, 0.9, 0.99),
    measured(3, 40, 0.4, 20, 0.7, 0.9),
    measured(4, 35, 0.4, 15, 0.8, 0.8),
    measured(5, 32, null, 12, 0.7, 0.7),
  ];
  const choices = criterionChoices('kmeans', candidates, { candidate: 1, reproduced: true }, null);
  expect(choices.map(({ criterion, k, agrees }) => [criterion, k, agrees])).toEqual([
    ['stability', 2, false],
    ['silhouette', 2, false],
    ['calinski-harabasz', 3, true],
    ['davies-bouldin', 3, true],
    ['elbow', 3, true],
    ['prediction-strength', 4, false],
  ]);
});
