import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { createInlineCompute } from '../../src/adapters/compute';
import { modelingConfig } from '../../src/config/modeling';
import { COVARIANCE_MODELS, type CovarianceModel } from '../../src/contracts/algorithms';
import { describeChosen } from '../../src/core/lab/chosen';
import { tryModels, type LabResult } from '../../src/core/lab/lab';
import type { Matrix } from '../../src/core/linalg/matrix';
import { describeWithShared, shared } from '../support/shared';
import { faithful, iris } from './clustering-sets';

interface Mclust {
  /** Larger is better; by model, for 1 to 9 components. */
  readonly bic: Record<CovarianceModel, (number | null)[]>;
  readonly chosen: {
    model: string;
    G: number;
    loglik: number;
    df: number;
    bic_positive: number;
    icl_mclust: number;
    entropy_relative: number;
    sizes: number[];
    pro: number[];
    means: number[][];
  };
}

// mclust 6.0.0 from its own, single start: EM stops a little earlier than ours, so likelihoods agree to 1e-5.
const mclust = (set: string): Mclust => JSON.parse(readFileSync(shared(`reference/${set}_mclust.json`), 'utf8')) as Mclust;
const CLOSE = 1e-5;

function lowestBic(
  table: Matrix,
  models: readonly CovarianceModel[],
  ks: { min: number; max: number },
  scale: 'none' | 'standard' = 'none',
): Promise<LabResult> {
  const modeling = modelingConfig.parse({ mixture: { models } });
  return tryModels({
    rule: 'bic',
    algorithms: ['mixture'],
    ks,
    scale,
    modeling: { ...modeling, sampleRows: 20_000 },
    table,
    compute: createInlineCompute(),
  });
}

/** The four composites as they are, NaN where one is missing. */
async function pisa(): Promise<Matrix> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const reader = await connection.runAndReadAll(`SELECT * FROM '${shared('data/pisa_usa15/pisa_usa15.parquet')}'`);
  const rows = reader.getRows().map((row) => row.map((value) => (value === null ? NaN : Number(value))));
  connection.disconnectSync();
  return { rows: rows.length, cols: rows[0].length, names: reader.columnNames(), values: Float64Array.from(rows.flat()) };
}

const bicOf = ({ verdict }: LabResult, model: string, k: number): number =>
  verdict.candidates.find((c) => c.model === model && c.k === k)?.bic ?? NaN;

/** The largest difference, relative to the larger of the two; lists of equal length. */
function difference(values: readonly number[], expected: readonly number[]): number {
  expect(values).toHaveLength(expected.length);
  return Math.max(...values.map((value, i) => Math.abs(value - expected[i]) / Math.max(Math.abs(expected[i]), 1e-12)));
}

describeWithShared('the lowest BIC of fourteen models with one to nine components', () => {
  let result: LabResult;
  beforeAll(async () => {
    result = await lowestBic(await iris(), COVARIANCE_MODELS, { min: 1, max: 9 });
  }, 300_000);

  it('is that of VEV with two on iris as it is, where mclust prints -561.73', () => {
    const { chosen: theirs } = mclust('iris');
    const { candidates, chosen, why } = result.verdict;
    const ours = candidates[chosen?.candidate ?? -1];
    expect(ours).toMatchObject({ model: theirs.model, k: theirs.G, df: theirs.df, sizes: [100, 50], status: 'chosen' });
    expect(
      difference(
        [ours.bic!, ours.logLikelihood!, -ours.icl!, ours.entropy!],
        [theirs.bic_positive, theirs.loglik, theirs.icl_mclust, theirs.entropy_relative],
      ),
    ).toBeLessThan(CLOSE);
    expect(ours.bicMclust).toBe(-ours.bic!);
    expect(why).toContain('VEV,2 has the lowest BIC, 561.73 (mclust prints -561.73)');
  });

  it('comes with the proportions and means of that solution', () => {
    const { pro, means } = mclust('iris').chosen;
    const ours = describeChosen(result.verdict.candidates[result.verdict.chosen!.candidate], result.verdict.chosen!, result.scaling);
    // mclust has the smaller class first; its parameters move more than its likelihood where EM stops early.
    expect(difference(ours.proportions!, [...pro].reverse())).toBeLessThan(1e-4);
    expect(difference(ours.means.flat(), [...means].reverse().flat())).toBeLessThan(1e-4);
  });

  it('is never worse than that of mclust by more than a thousandth where a solution was replicated, for up to four components', () => {
    const { bic } = mclust('iris');
    const replicated = result.verdict.candidates.filter(({ k, status }) => k <= 4 && (status === 'fitted' || status === 'chosen'));
    expect(replicated.length).toBeGreaterThan(40);
    const worse = replicated.filter(({ model, k, bic: own }) => {
      const theirs = bic[model as CovarianceModel][k - 1];
      return theirs !== null && own! > -theirs * (1 + 1e-3);
    });
    expect(worse.map(({ model, k }) => `${model ?? ''},${k}`)).toEqual([]);
  });

  it('leaves what k = 1 does not define undefined', () => {
    expect(result.verdict.candidates.find(({ model, k }) => model === 'VVV' && k === 1)).toMatchObject({
      silhouette: null,
      undefinedBecause: 'K_IS_ONE',
      entropy: 1,
    });
  });
});

describeWithShared('other data', () => {
  it('faithful: EEE with three, where mclust prints -2314.32; ours is converged further', async () => {
    const { chosen: theirs, bic } = mclust('faithful');
    const result = await lowestBic(await faithful(), COVARIANCE_MODELS, { min: 1, max: 4 });
    const { candidates, chosen } = result.verdict;
    const ours = candidates[chosen?.candidate ?? -1];
    expect(ours).toMatchObject({ model: 'EEE', k: 3, df: theirs.df });
    expect(difference([ours.bic!], [theirs.bic_positive])).toBeLessThan(CLOSE);
    expect(ours.logLikelihood).toBeGreaterThanOrEqual(theirs.loglik);
    expect(difference([bicOf(result, 'VVV', 2)], [-bic.VVV[1]!])).toBeLessThan(CLOSE);
  }, 300_000);

  it('scaled columns move all BICs of scale-free models by the same: n times the logarithms of the deviations', async () => {
    const models: CovarianceModel[] = ['EEI', 'EEE', 'VVV'];
    const raw = await lowestBic(await faithful(), models, { min: 1, max: 3 });
    const scaled = await lowestBic(await faithful(), models, { min: 1, max: 3 }, 'standard');
    const shift = -2 * 272 * scaled.scaling.sds.reduce((sum, sd) => sum + Math.log(sd), 0);
    const moved = raw.verdict.candidates.map(({ bic }, i) => scaled.verdict.candidates[i].bic! - bic!);
    expect(moved).toHaveLength(9);
    for (const value of moved) expect(Math.abs(value - shift)).toBeLessThan(0.02);
  }, 120_000);

  it('pisa_usa15: where mclust prints NA, the component and the column are named', async () => {
    const names = ['broad_interest', 'enjoyment', 'instrumental_mot', 'self_efficacy'];
    const { candidates, chosen } = (await lowestBic(await pisa(), ['VVI'], { min: 4, max: 4 })).verdict;
    expect(chosen).toBeNull();
    expect(candidates).toHaveLength(1);
    expect(candidates[0]).toMatchObject({ model: 'VVI', k: 4, status: 'not estimable', bic: null, undefinedBecause: 'NO_SOLUTION' });
    expect(candidates[0].reason).toMatch(new RegExp(`component \\d of 4 .* on (${names.join('|')}): `));
  }, 120_000);
});
