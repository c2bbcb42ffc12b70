import { choose } from '../../../src/core/selection/rule';
import { evidenceOf } from '../../../src/core/selection/evidence';
import { gatesOf, stabilityGate } from '../../../src/core/selection/gates';

const GATES = { minShare: 0.02, minCustomers: 50, maxShare: 0.7 };
const fine = gatesOf([600, 400], false, GATES);
const tooSmall = gatesOf([690, 300, 10], false, GATES);
const candidate = (k: number, meanJaccard: number, { within = true, gates = fine } = {}) => ({
  k,
  meanJaccard,
  withinLimits: within,
  gates,
});

it('takes the largest k that is reproduced, inside the limits and through the gates', () => {
  const candidates = [
    candidate(2, 0.99, { within: false }),
    candidate(3, 0.9),
    candidate(4, 0.85),
    candidate(5, 0.8499),
    candidate(6, 0.95, { gates: tooSmall }),
    candidate(7, 0.97, { within: false }),
  ];
  expect(choose(candidates, 0.85)).toEqual({ k: 4, reproduced: true });
});

it('takes the most stable one where none is reproduced, the smaller of equals', () => {
  expect(
    choose([candidate(3, 0.7), candidate(4, 0.8), candidate(5, 0.8), candidate(6, 0.9, { gates: tooSmall })], 0.85),
  ).toEqual({ k: 4, reproduced: false });
});

it('no candidate through the gates is NO_ACCEPTABLE_MODEL and says what failed', () => {
  expect(() => choose([candidate(3, 0.99, { gates: tooSmall }), candidate(2, 0.99, { within: false })], 0.85)).toThrow(
    expect.objectContaining({
      code: 'NO_ACCEPTABLE_MODEL',
      message: expect.stringContaining(
        'k=3: smallest cluster 1.0 % of customers, at least 2.0 % asked; smallest cluster 10 customers, at least 50 asked',
      ) as string,
      details: {
        candidates: [
          {
            k: 3,
            failed: [expect.objectContaining({ gate: 'minShare' }), expect.objectContaining({ gate: 'minCustomers' })],
          },
        ],
      },
    }),
  );
  expect(() => choose([candidate(2, 0.99, { within: false })], 0.85)).toThrow(
    expect.objectContaining({
      code: 'NO_ACCEPTABLE_MODEL',
      message: expect.stringContaining('objective.granularity') as string,
    }),
  );
});

it('a stability gate passes from 0.6 on and names the least stable cluster', () => {
  expect(stabilityGate([0.95, 0.6, 0.8])).toMatchObject({ gate: 'stability', passed: true });
  expect(stabilityGate([0.95, 0.599, 0.8])).toMatchObject({ passed: false, evidence: expect.stringContaining('0.60') as string });
});

it('gates count their bounds as passed', () => {
  const passed = (sizes: number[], duplicates = false): string[] =>
    gatesOf(sizes, duplicates, GATES)
      .filter((gate) => gate.passed)
      .map(({ gate }) => gate);
  expect(passed([700, 250, 50])).toEqual(['minShare', 'minCustomers', 'maxShare', 'duplicateCentroids']);
  expect(passed([701, 250, 49])).toEqual(['minShare', 'duplicateCentroids']);
  expect(passed([6000, 3901, 99].map((size) => size * 2))).toEqual(['minCustomers', 'maxShare', 'duplicateCentroids']);
  expect(passed([500, 500], true)).toEqual(['minShare', 'minCustomers', 'maxShare']);
});

it('says what each criterion alone would take and whether it agrees', () => {
  const measured = (
    k: number,
    inertia: number,
    silhouette: number | null,
    ch: number,
    db: number,
    meanJaccard: number,
  ) => ({ k, inertia, silhouette, calinskiHarabasz: ch, daviesBouldin: db, meanJaccard });
  const evidence = evidenceOf(
    [
      measured(2, 100, 0.5, 10, 0.9, 0.99),
      measured(3, 40, 0.4, 20, 0.7, 0.9),
      measured(4, 35, 0.4, 15, 0.8, 0.8),
      measured(5, 32, null, 12, 0.7, 0.7),
    ],
    3,
  );
  expect(evidence.map(({ criterion, k, agrees }) => [criterion, k, agrees])).toEqual([
    ['stability', 2, false],
    ['silhouette', 2, false],
    ['calinski-harabasz', 3, true],
    ['davies-bouldin', 3, true],
    ['elbow', 3, true],
  ]);
});
