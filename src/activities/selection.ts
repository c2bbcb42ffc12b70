import type { Algorithm } from '../contracts/algorithms';
import { ALGORITHMS } from '../contracts/algorithms';
import type { ArtifactRefs } from '../contracts/artifacts';
import type { StoredSolution } from '../contracts/model';
import type { Contender, SelectionReport } from '../contracts/selection';
import { contend } from '../core/selection/contend';
import { decide } from '../core/selection/decide';
import { discreetContender } from '../core/selection/discreet';
import { nameOf } from '../core/selection/verdicts';
import { readMatrix } from './read-matrix';
import type { StageDefinition, StageOutput, StageWork } from './stage';
import { storeSolution } from './stored-model';

/** Try every candidate of one algorithm, and say which is its best. */
async function fitContender(algorithm: Algorithm, { config, inputs, deps, signal, progress }: StageWork): Promise<StageOutput> {
  const { ids, matrix } = await readMatrix(deps.sql, inputs['prepare.matrix'], signal);
  const { modeling, objective, privacy } = config;
  const offer = await contend(algorithm, {
    ids,
    matrix,
    modeling,
    limits: objective.granularity,
    compute: deps.compute,
    signal,
    onProgress: progress,
  });
  const contender = discreetContender(offer, privacy.kMin);
  const best = contender.finalist === null ? null : contender.candidates[contender.finalist.candidate];
  const { stored, outputs } = await storeContender(contender, deps);
  return {
    outputs: { [`selection.${algorithm}`]: await deps.artifacts.writeJson('selection.contender', stored), ...outputs },
    rowsIn: matrix.rows,
    rowsOut: contender.sample.rows,
    summary: best === null ? `${algorithm}: nothing acceptable` : `${algorithm}: ${nameOf(best)} of ${contender.candidates.length} candidates`,
    warnings: [],
    facts: { algorithm, k: best?.k ?? null },
  };
}

async function storeContender(contender: Contender, { artifacts }: StageWork['deps']): Promise<{ stored: Contender<StoredSolution>; outputs: ArtifactRefs }> {
  const { finalist } = contender;
  if (finalist === null) return { stored: { ...contender, finalist }, outputs: {} };
  const { stored: solution, outputs } = await storeSolution(artifacts, finalist.solution);
  return { stored: { ...contender, finalist: { ...finalist, solution } }, outputs };
}

/** The part of the selection that one algorithm takes: a definition of its own, so that it is cached and retried on its own. */
const contenderOf = (algorithm: Algorithm): StageDefinition => ({
  stage: 'selection',
  part: algorithm,
  reads: ['prepare.matrix'],
  isPart: ({ modeling }) => modeling.algorithms.includes(algorithm),
  configOf: ({ modeling, objective, privacy }) => {
    const { hierarchical, mixture, density, restarts, gapDraws, polish, algorithms: _, picture: __, holdout: ___, ...common } = modeling;
    const own = { kmeans: { restarts, gapDraws, polish }, hierarchical, mixture, density }[algorithm];
    return { algorithm, ...common, own, granularity: objective.granularity, kMin: privacy.kMin };
  },
  work: (work) => fitContender(algorithm, work),
});

export const contenders = ALGORITHMS.map(contenderOf);

/** Decide between the algorithms: one report says which won, why, and why each other candidate lost. */
async function selectModel({ config, inputs, deps }: StageWork): Promise<StageOutput> {
  const offers: Contender<StoredSolution>[] = [];
  for (const algorithm of config.modeling.algorithms) offers.push(await deps.artifacts.readJson<Contender<StoredSolution>>(inputs[`selection.${algorithm}`]));
  const report: SelectionReport<StoredSolution> = decide(offers, config.objective.granularity, config.modeling);
  const { algorithm, model, k } = report.chosen;
  const own = report.evidence.filter((entry) => entry.algorithm === algorithm);
  const agreeing = own.filter(({ agrees }) => agrees).length;
  const chosen = report.candidates.find(({ status }) => status === 'chosen');
  return {
    outputs: { 'selection.report': await deps.artifacts.writeJson('selection.report', report) },
    rowsIn: report.sample.customers,
    rowsOut: report.sample.customers,
    summary: `${nameOf(report.chosen)} by ${algorithm}, of ${report.candidates.length} candidates; ${agreeing} of ${own.length} criteria agree`,
    warnings: report.warnings,
    facts: { algorithm, model, k, rule: report.rule, why: report.why, meanJaccard: chosen?.meanJaccard ?? null },
  };
}

export const selection: StageDefinition = {
  stage: 'selection',
  reads: ALGORITHMS.map((algorithm) => `selection.${algorithm}?`),
  configOf: ({ modeling: { picture: _, ...modeling }, objective }) => ({ modeling, granularity: objective.granularity }),
  work: selectModel,
};
