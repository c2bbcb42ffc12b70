import type { ProjectConfig } from '../../config/project';
import type { CandidateSpec } from '../../contracts/algorithms';
import type { BlrtReport, BlrtTest, CriterionChoice } from '../../contracts/selection';
import type { BlrtDraw, BlrtSpec } from '../clustering/mixture/blrt';
import type { Points } from '../clustering/points';
import type { Compute } from '../ports';
import type { ObservedRatio, RatioPayload } from './ratio-task';

/** What p is compared with. */
export const BLRT_LEVEL = 0.05;

interface Pool {
  readonly compute: Compute;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
}

/**
 * A mixture tested against one component less and one more of its covariance model, on the sample; the draws are spread over threads. Beside the
 * choice, not part of it: with many customers the test finds every departure from normality, and takes more and more components for it.
 *
 * @returns Null for other algorithms, and with 0 draws.
 */
export async function blrtOf(pool: Pool, sample: Points, spec: CandidateSpec, modeling: ProjectConfig['modeling']): Promise<BlrtReport | null> {
  const { blrtDraws: draws, starts, prior } = modeling.mixture;
  if (spec.algorithm !== 'mixture' || draws === 0) return null;
  const { model, k } = spec;
  const smaller = k > 1 ? [k - 1, k] : [k];
  // Without a prior: a ratio of penalised likelihoods is not this test.
  if (prior !== 'none')
    return { model, tests: smaller.map((each) => withoutP(each, null, 'not run: it compares likelihoods, and modeling.mixture.prior is not none')) };
  const own: BlrtSpec = { model, prior: null, starts, seed: modeling.seed };
  const tests: BlrtTest[] = [];
  for (const [i, each] of smaller.entries()) {
    const part: Pool = { ...pool, onProgress: (fraction) => pool.onProgress?.((i + fraction) / smaller.length) };
    const test = await testOf(part, sample, own, each, draws);
    tests.push(test);
    // The sequence ends where one component more is no better.
    if (test.p !== null && test.p >= BLRT_LEVEL) break;
  }
  return { model, tests };
}

async function testOf(pool: Pool, sample: Points, spec: BlrtSpec, k: number, draws: number): Promise<BlrtTest> {
  const { compute, signal, onProgress } = pool;
  const options = signal ? { signal } : {};
  const [observed] = await compute.map<RatioPayload, ObservedRatio>('mixture.ratio', [{ ...spec, k }], { ...options, shared: sample });
  const { parameters, statistic, reason } = observed;
  if (parameters === null || statistic === null) return withoutP(k, null, reason ?? 'no proper solution');
  const payloads = Array.from({ length: draws }, (_, draw): BlrtDraw => ({ ...spec, parameters, rows: sample.rows, draw }));
  const answers = await compute.map<BlrtDraw, number | null>('mixture.blrt', payloads, {
    ...options,
    onProgress: (done, total) => onProgress?.(done / total),
  });
  const drawn = answers.filter((answer) => answer !== null);
  if (drawn.length === 0) return withoutP(k, statistic, `none of ${draws} data sets drawn from ${k} components has proper solutions`);
  const reached = drawn.filter((value) => value >= statistic).length;
  return { k, against: k + 1, statistic, p: (1 + reached) / (1 + drawn.length), draws: drawn.length, reason: null };
}

const withoutP = (k: number, statistic: number | null, reason: string): BlrtTest => ({ k, against: k + 1, statistic, p: null, draws: 0, reason });

/** What the tests alone would take: the number of components that one less is worse than, and one more no better. Nothing where they did not run. */
export function blrtChoice(report: BlrtReport | null, chosen: number | null): CriterionChoice[] {
  if (report === null) return [];
  const { model, tests } = report;
  const choiceOf = (k: number | null, note: string): CriterionChoice[] => [
    { criterion: 'blrt', algorithm: 'mixture', k, agrees: k !== null && k === chosen, note: `${note} (${model}); ${tests.map(textOf).join('; ')}` },
  ];
  for (const { k, against, p, draws, reason } of tests) {
    if (p === null) return choiceOf(null, `undecided: ${reason ?? 'no p'}`);
    if ((1 + draws) * BLRT_LEVEL <= 1) return choiceOf(null, `undecided: ${draws} draws cannot bring p below ${BLRT_LEVEL}`);
    if (p >= BLRT_LEVEL) return choiceOf(k, `${against} components are no better than ${k}`);
  }
  const most = tests[tests.length - 1].against;
  return choiceOf(null, `${most} components are still better than ${most - 1}: more than one step was not tested`);
}

const textOf = ({ k, against, p, draws }: BlrtTest): string =>
  `${k} against ${against}: ${p === null ? 'no p' : `p = ${p.toPrecision(2)} on ${draws} draws`}`;
