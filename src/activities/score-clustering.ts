import type { ClusterModel } from '../contracts/model';
import { looksAhead } from '../core/audit/look-ahead';
import { assignAll } from '../core/clustering/final/assignments';
import { describeComponents } from '../core/clustering/final/components';
import { asCurrentModel } from '../core/clustering/current-model';
import { toPoints } from '../core/clustering/points';
import { withCommas } from '../core/extract/summary';
import { saveAssignments } from './assignments-table';
import { readMatrix } from './read-matrix';
import type { StageDefinition, StageOutput, StageWork } from './stage';

/**
 * Assign every customer by a model of before. The model stays the object it is, so its name says that it is the same; what was found out
 * about it when it was fitted (second implementation, second sample, hold-out) goes with it. Components are those of today's customers.
 */
export const scoreClustering: StageDefinition = {
  stage: 'clustering',
  part: 'score',
  reads: ['prepare.matrix', 'model.model', 'model.check', 'model.second', 'model.holdout?'],
  configOf: ({ modeling }) => ({ seed: modeling.seed }),
  extraKey: ({ run }) => Promise.resolve([run.scoring?.fittedAsOf ?? '']),
  work: assignCustomers,
};

async function assignCustomers({ run, config, inputs, deps, signal, progress }: StageWork): Promise<StageOutput> {
  const { artifacts, sql, compute } = deps;
  const { ids, matrix } = await readMatrix(sql, inputs['prepare.matrix'], signal);
  const model = asCurrentModel(await artifacts.readJson<ClusterModel>(inputs['model.model']));
  progress(0.2, 'assign');
  const assignments = await assignAll(model, toPoints(matrix, { shared: true }), { compute, signal });
  progress(0.7, 'components');
  // By the parameters of another day the columns are not exactly of unit variance.
  const pca = await describeComponents({ matrix, ids, modeling: config.modeling, compute, signal }, assignments.cluster, true);
  const sizes = new Array<number>(model.k).fill(0);
  for (const cluster of assignments.cluster) if (cluster >= 0) sizes[cluster]++;
  const assigned = sizes.reduce((sum, size) => sum + size, 0);
  const empty = sizes.filter((size) => size === 0).length;
  const fittedAsOf = run.scoring?.fittedAsOf ?? '';
  return {
    outputs: {
      'clustering.model': await artifacts.writeJson('clustering.model', model),
      'clustering.assignments': await saveAssignments(sql, ids, assignments, signal),
      'clustering.check': inputs['model.check'],
      'clustering.second': inputs['model.second'],
      ...(inputs['model.holdout'] && { 'clustering.holdout': inputs['model.holdout'] }),
      'clustering.pca': await artifacts.writeJson('clustering.pca', pca),
    },
    rowsIn: matrix.rows,
    rowsOut: ids.length,
    summary: `${withCommas(assigned)} customers in ${model.k} clusters${assigned < ids.length ? `, ${withCommas(ids.length - assigned)} in none` : ''}, by the model fitted as of ${fittedAsOf}`,
    warnings: [
      ...(looksAhead(run) ? [`the model was fitted as of ${fittedAsOf}, after this day: it knows what this day could not`] : []),
      ...(empty > 0 ? [`${empty} of the model's ${model.k} clusters have no customer on this day`] : []),
    ],
    facts: {
      algorithm: model.algorithm,
      k: model.k,
      sizes,
      unassigned: ids.length - assigned,
      scored: { model: inputs['model.model'].sha256, fittedAsOf },
    },
  };
}
