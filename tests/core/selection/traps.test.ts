import { createComputePool } from '../../../src/adapters/compute';
import { modelingConfig } from '../../../src/config/modeling';
import { ALGORITHMS, type Algorithm } from '../../../src/contracts/algorithms';
import type { Candidate, Contender } from '../../../src/contracts/selection';
import type { Matrix } from '../../../src/core/linalg/matrix';
import { contend } from '../../../src/core/selection/contend';
import { decide } from '../../../src/core/selection/decide';
import { eligible } from '../../../src/core/selection/rule';
import { bundleThread } from '../../adapters/compute/bundle';
import { onlineRetail, rawOnlineRetail } from '../../reference/clustering-sets';
import { marketingWide15 } from '../../reference/marketing';
import { describeWithShared } from '../../support/shared';
import { idsOf } from '../clustering/data';

// In threads, as in a run: in the sandbox of the tests the kernels are many times slower.
const compute = createComputePool({ entry: bundleThread('src/workers/compute-thread.ts'), threads: 2 });
afterAll(() => compute.close());

const limits = { min: 2, max: 7 };
const modeling = modelingConfig.parse({
  algorithms: [...ALGORITHMS],
  clusters: limits,
  sampleRows: 800,
  restarts: 4,
  mixture: { models: ['EEI', 'VVI', 'EEE', 'VVV'], starts: 4 },
  stability: { resamples: 6 },
  gapDraws: 2,
});

const offerOf = (algorithm: Algorithm, matrix: Matrix, change: Partial<typeof modeling> = {}): Promise<Contender> =>
  contend(algorithm, { matrix, ids: idsOf(matrix.rows), modeling: { ...modeling, ...change }, limits, compute });

const finalistOf = ({ candidates, finalist }: Contender): Candidate | null => (finalist === null ? null : candidates[finalist.candidate]);
const ofModel = ({ candidates }: Contender, ...models: string[]): Candidate[] => candidates.filter(({ model }) => models.includes(model ?? ''));
const bicOf = ({ mixture }: Candidate): number => mixture?.bic ?? Infinity;

/** The finalist is a proper solution within the gates, and not the most components that were allowed. */
function expectProper(offer: Contender): void {
  const finalist = finalistOf(offer);
  expect(finalist).not.toBeNull();
  if (finalist === null) return;
  expect(finalist.k).toBeLessThan(limits.max);
  expect(finalist.mixture).not.toBeNull();
  expect(finalist.gates.filter(({ passed }) => !passed)).toEqual([]);
  expect(Math.min(...finalist.shares)).toBeGreaterThanOrEqual(modeling.sizeGates.minShare);
  expect(Math.max(...finalist.shares)).toBeLessThanOrEqual(modeling.sizeGates.maxShare);
}

/** Candidates that a rule may choose from: within the limits, through every gate, with a solution. */
const eligibleOf = ({ candidates }: Contender): string[] =>
  candidates.filter((candidate) => candidate.withinLimits && eligible(candidate)).map(({ model, k }) => `${model} ${k}`);

/** Each rejected start names the component, what became of it, and a column. */
function expectNamed({ rejectedStarts }: Candidate, columns: readonly string[]): void {
  expect(rejectedStarts.length).toBeGreaterThan(0);
  for (const { reason } of rejectedStarts) {
    const [, column = ''] = /component \d+ (?:tied values|singular|collapsed|empty) on (\S+)/.exec(reason) ?? [];
    expect(columns).toContain(column);
  }
}

describeWithShared('fifteen columns of the marketing campaign, counts among them', () => {
  let matrix: Matrix;
  let mixture: Contender;
  beforeAll(async () => {
    matrix = await marketingWide15();
    mixture = await offerOf('mixture', matrix);
  }, 240_000);

  it('the criterion alone falls for it: more equal components have a lower BIC, up to the most that is tried', () => {
    const equal = ofModel(mixture, 'EEI');
    expect(equal.map(({ k }) => k)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    equal.slice(1).forEach((candidate, i) => expect(bicOf(candidate)).toBeLessThan(bicOf(equal[i])));
  });

  it('the mixtures tell which components collapsed, and on which column', () => {
    const collapsed = mixture.candidates.filter(({ rejectedStarts }) => rejectedStarts.length > 0);
    expect(collapsed.map(({ model }) => model)).toEqual(expect.arrayContaining(['VVI', 'VVV']));
    for (const candidate of collapsed) expectNamed(candidate, matrix.names);
    const told = mixture.warnings.filter((warning) => warning.startsWith('components collapsed'));
    expect(told).toEqual([
      expect.stringMatching(
        new RegExp(`^components collapsed in ${collapsed.length} of 32 mixtures and those starts were rejected, first with 4 clusters \\(VVI\\): .*component \\d tied values on log1p_MntGoldProds`),
      ),
    ]);
  });

  it('two or three components are what can be chosen, of seven allowed, and are', () => {
    expect(eligibleOf(mixture)).toEqual(['EEI 2', 'EEI 3', 'VVI 2', 'EEE 2', 'EEE 3']);
    const { model, k } = finalistOf(mixture)!;
    expect(eligibleOf(mixture)).toContain(`${model} ${k}`);
  });

  it('neither the most components nor a lower BIC that is an artefact is chosen; each such BIC is told', () => {
    expectProper(mixture);
    const finalist = finalistOf(mixture);
    const lower = mixture.candidates.filter((candidate) => candidate.withinLimits && finalist !== null && bicOf(candidate) < bicOf(finalist));
    expect(lower.length).toBeGreaterThan(0);
    expect(mixture.warnings.filter((warning) => warning.startsWith('a lower BIC was set aside'))).toHaveLength(lower.length);
  });

  it('four algorithms come to one decision within the gates, which tells of the collapse whoever wins; only the density has nothing to offer', async () => {
    const offers = [await offerOf('kmeans', matrix), await offerOf('hierarchical', matrix), mixture, await offerOf('density', matrix)];
    const decided = decide(offers, limits, modeling);
    const winner = decided.candidates.find(({ status }) => status === 'chosen')!;
    expect(winner.k).toBeGreaterThanOrEqual(2);
    expect(winner.k).toBeLessThanOrEqual(4);
    expect(winner.gates.filter(({ passed }) => !passed)).toEqual([]);
    expect(Math.max(...winner.shares)).toBeLessThanOrEqual(modeling.sizeGates.maxShare);
    expect(decided.finalists.map(({ algorithm }) => algorithm).sort()).toEqual(['hierarchical', 'kmeans', 'mixture']);
    expect(decided.withoutFinalist).toEqual([{ algorithm: 'density', why: expect.stringContaining('of customers belong to no cluster, at most 20.0 % allowed') as string }]);
    expect(decided.warnings.filter((warning) => warning.includes('components collapsed'))).toHaveLength(1);
  });

  it('no dense cluster is a result: nobody is assigned, and it says so', async () => {
    const none = await offerOf('density', matrix, { density: { ...modeling.density, minClusterSizes: [0.45] } });
    expect(none.finalist).toBeNull();
    expect(none.none).toBe('no dense cluster is found with any of the parameters');
    expect(none.candidates).toMatchObject([{ k: 0, unassigned: 1, undefinedBecause: 'NO_CLUSTER', silhouette: null, status: 'rejected' }]);
  });
});

describeWithShared('the order count of Online Retail, log1p and standardised', () => {
  let matrix: Matrix;
  let mixture: Contender;
  beforeAll(async () => {
    matrix = await onlineRetail();
    mixture = await offerOf('mixture', matrix);
  }, 120_000);

  it('VVI and VVV are not estimable from three components on: each start ends on ties of the frequency', () => {
    const own = ofModel(mixture, 'VVI', 'VVV').filter(({ k }) => k >= 3);
    expect(own).toHaveLength(12);
    for (const { k, model, mixture: figures, status, undefinedBecause, gates, rejectedStarts } of own) {
      expect([model, k, figures, status, undefinedBecause]).toEqual([model, k, null, 'rejected', 'NO_SOLUTION']);
      expect(gates.find(({ gate }) => gate === 'estimable')).toMatchObject({
        passed: false,
        evidence: expect.stringMatching(new RegExp(`component \\d of ${k} tied values on frequency: \\d+ rows share one value`)) as string,
      });
      expect(rejectedStarts.length).toBeGreaterThan(0);
    }
  });

  it('the warning names component and column', () => {
    expect(mixture.warnings.filter((warning) => warning.startsWith('components collapsed'))).toEqual([
      expect.stringMatching(/^components collapsed in \d+ of 32 mixtures and those starts were rejected, first with 3 clusters \(VVI\): .*component \d tied values on frequency \(\d+ rows share one value\)$/),
    ]);
  });

  it('the choice is a proper mixture with one covariance for all, not the most components', () => {
    expect(eligibleOf(mixture)).toEqual(['EEI 2', 'EEI 3', 'EEI 4', 'EEI 5', 'VVI 2', 'EEE 3', 'EEE 4', 'EEE 5', 'EEE 6']);
    expectProper(mixture);
    const finalist = finalistOf(mixture);
    expect(eligibleOf(mixture)).toContain(`${finalist?.model} ${finalist?.k}`);
    expect(['EEI', 'EEE']).toContain(finalist?.model);
    expect(Math.min(...ofModel(mixture, 'EEI', 'EEE').map(bicOf))).toBeLessThan(finalist === null ? -Infinity : bicOf(finalist));
  });
});

describeWithShared('the heavy tails of Online Retail as they are', () => {
  // The best split of each is 90 % or more against a handful.
  it.each(ALGORITHMS)('%s offers no cluster above the largest share, and nothing smaller than asked', async (algorithm) => {
    const offer = await offerOf(algorithm, await rawOnlineRetail());
    const { minShare, minCustomers, maxShare } = modeling.sizeGates;
    const two = offer.candidates.filter(({ k }) => k === 2);
    expect(Math.max(...two.flatMap(({ shares }) => shares))).toBeGreaterThan(0.8);
    const finalist = finalistOf(offer);
    // A mixture alone has shapes for such tails: its groups are within the gates. The others say that there is none.
    expect(finalist === null).toBe(algorithm !== 'mixture');
    if (finalist === null) return expect(offer.none).toContain('at most 70.0 % allowed');
    expect(Math.max(...finalist.shares)).toBeLessThanOrEqual(maxShare);
    expect(Math.min(...finalist.shares)).toBeGreaterThanOrEqual(minShare);
    expect(Math.min(...finalist.sizes)).toBeGreaterThanOrEqual(minCustomers);
  });
});
