import type { ProjectConfig } from '../../config/project';
import type { CandidateSpec } from '../../contracts/algorithms';
import type { BlrtReport, BlrtTest, CriterionChoice } from '../../contracts/selection';
import { blrtSequence, type BlrtAnswers, type BlrtOptions, type BlrtResult, type BlrtSpec, type BlrtStep } from '../clustering/mixture/blrt';
import type { Points } from '../clustering/points';
import type { Compute } from '../ports';

/** What p is compared with. */
export const BLRT_LEVEL = 0.05;

interface Pool {
  readonly compute: Compute;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
}

interface TestPool extends Omit<Pool, 'onProgress'> {
  /** After each draw: how many of the comparison of k with k + 1 are done. */
  readonly onDraw?: (k: number, done: number, of: number) => void;
}

/** The sequence over threads. `CANCELLED`, unless `stopped` says of the error why that is an end like any other: what was found so far is the result. */
export async function runTests(
  { compute, signal, onDraw }: TestPool,
  sample: Points,
  spec: BlrtSpec,
  options: BlrtOptions,
  stopped: (error: unknown) => string | null = () => null,
): Promise<BlrtResult> {
  const sequence = blrtSequence(spec, sample.rows, options);
  let step = sequence.next();
  while (!step.done) {
    const { task, payloads, k, ...progress } = step.value;
    const { made, planned } = { made: 0, planned: options.draws, ...progress };
    let answers: BlrtAnswers;
    try {
      answers = (await compute.map<unknown, unknown>(task, payloads, {
        ...(signal && { signal }),
        ...(task === 'mixture.ratio' ? { shared: sample } : { onProgress: (done: number) => onDraw?.(k, made + done, planned) }),
      })) as BlrtAnswers;
    } catch (error) {
      const why = stopped(error);
      if (why === null) throw error;
      answers = why;
    }
    step = sequence.next(answers);
  }
  return step.value;
}

/**
 * A mixture tested against one component less and one more of its covariance model, on the sample; the draws are spread over threads. Beside the
 * choice, not part of it: with many customers the test finds every departure from normality, and takes more and more components for it.
 *
 * @returns Null for other algorithms, and with 0 draws.
 */
export async function blrtOf(pool: Pool, sample: Points, spec: CandidateSpec, modeling: ProjectConfig['modeling']): Promise<BlrtReport | null> {
  const { blrtDraws: draws, blrtBudget, starts, prior } = modeling.mixture;
  if (spec.algorithm !== 'mixture' || draws === 0) return null;
  const { model, k } = spec;
  const firstK = Math.max(k - 1, 1);
  // Without a prior: a ratio of penalised likelihoods is not this test.
  if (prior !== 'none')
    return {
      model,
      tests: Array.from({ length: k - firstK + 1 }, (_, i) =>
        withoutP(firstK + i, null, 'not run: it compares likelihoods, and modeling.mixture.prior is not none'),
      ),
    };
  const { steps, ended } = await runTests(
    { ...pool, onDraw: (each, done, of) => pool.onProgress?.((each - firstK + done / of) / (k - firstK + 1)) },
    sample,
    { model, prior: null, starts, seed: modeling.seed },
    { draws, firstK, largestK: k, level: BLRT_LEVEL, ...(blrtBudget !== null && { budget: blrtBudget }) },
  );
  const tests = steps.map((step): BlrtTest => testOf(step, ended));
  // The budget of the first test can leave nothing for the second.
  const next = firstK + steps.length;
  const last = tests[tests.length - 1];
  if (next <= k && last.p !== null && last.p < BLRT_LEVEL && !last.bounds) tests.push(withoutP(next, null, ended));
  return { model, tests };
}

function testOf({ k, statistic, p, draws, failed, planned, bounds }: BlrtStep, ended: string): BlrtTest {
  if (p === null) return withoutP(k, statistic, ended);
  const partial = draws + failed < planned && bounds !== null;
  return { k, against: k + 1, statistic, p, draws, reason: null, ...(partial && { planned, bounds }) };
}

const withoutP = (k: number, statistic: number | null, reason: string): BlrtTest => ({ k, against: k + 1, statistic, p: null, draws: 0, reason });

/** Whether one component more is better; where that is open, why. Decided on fewer draws than asked for if the others could not have changed it. */
export function blrtFinding({ p, draws, planned = draws, bounds, reason }: BlrtTest): { readonly better: boolean; readonly open: string | null } {
  const undecided = (open: string) => ({ better: false, open });
  if (p === null) return undecided(reason ?? 'no p');
  if ((1 + planned) * BLRT_LEVEL <= 1) return undecided(`${planned} draws cannot bring p below ${BLRT_LEVEL}`);
  const [least, largest] = bounds ?? [p, p];
  if (least < BLRT_LEVEL && largest >= BLRT_LEVEL)
    return undecided(`the budget ended the draws, and on all of them p would lie between ${least.toPrecision(2)} and ${largest.toPrecision(2)}`);
  return { better: p < BLRT_LEVEL, open: null };
}

/** What the tests alone would take: the number of components that one less is worse than, and one more no better. Nothing where they did not run. */
export function blrtChoice(report: BlrtReport | null, chosen: number | null): CriterionChoice[] {
  if (report === null) return [];
  const { model, tests } = report;
  const choiceOf = (k: number | null, note: string): CriterionChoice[] => [
    { criterion: 'blrt', algorithm: 'mixture', k, agrees: k !== null && k === chosen, note: `${note} (${model}); ${tests.map(textOf).join('; ')}` },
  ];
  for (const test of tests) {
    const finding = blrtFinding(test);
    if (finding.open !== null) return choiceOf(null, `undecided: ${finding.open}`);
    if (!finding.better) return choiceOf(test.k, `${test.against} components are no better than ${test.k}`);
  }
  const most = tests[tests.length - 1].against;
  return choiceOf(null, `${most} components are still better than ${most - 1}: more than one step was not tested`);
}

const textOf = ({ k, against, p, draws, planned = draws }: BlrtTest): string =>
  `${k} against ${against}: ${p === null ? 'no p' : `p = ${p.toPrecision(2)} on ${draws} draws${planned > draws ? ` of ${planned}` : ''}`}`;
