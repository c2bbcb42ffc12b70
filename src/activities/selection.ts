import type { SelectionReport } from '../contracts/selection';
import { selectModel as select } from '../core/selection/select';
import { readMatrix } from './read-matrix';
import type { StageDefinition, StageOutput, StageWork } from './stage';

/** Try every k, and decide: one report says which won, why, and why each other lost. */
export async function selectModel({ config, inputs, deps, signal, progress }: StageWork): Promise<StageOutput> {
  const { ids, matrix } = await readMatrix(deps.sql, inputs['prepare.matrix'], signal);
  const { modeling, objective } = config;
  const report: SelectionReport = await select({
    ids,
    matrix,
    modeling,
    limits: objective.granularity,
    compute: deps.compute,
    signal,
    onProgress: progress,
  });
  const { k } = report.chosen;
  const agreeing = report.evidence.filter(({ agrees }) => agrees).length;
  return {
    outputs: { 'selection.report': await deps.artifacts.writeJson('selection.report', report) },
    rowsIn: matrix.rows,
    rowsOut: matrix.rows,
    summary: `${k} clusters of ${report.candidates.length} candidates, ${agreeing} of ${report.evidence.length} criteria agree`,
    warnings: report.warnings,
    facts: {
      algorithm: report.chosen.algorithm,
      k,
      rule: report.rule,
      why: report.why,
      meanJaccard: report.candidates.find((c) => c.k === k)?.meanJaccard ?? null,
    },
  };
}

export const selection: StageDefinition = {
  stage: 'selection',
  reads: ['prepare.matrix'],
  configOf: ({ modeling, objective }) => ({ modeling, granularity: objective.granularity }),
  work: selectModel,
};
