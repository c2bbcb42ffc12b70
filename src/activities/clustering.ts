import type { ClusterModel, Preprocessing } from '../contracts/model';
import type { IndependentCheck, SelectionReport } from '../contracts/selection';
import { assignAll } from '../core/clustering/final/assignments';
import { checkIndependently } from '../core/clustering/final/check';
import { describeComponents } from '../core/clustering/final/components';
import type { FinalInput } from '../core/clustering/final/input';
import { finalModel } from '../core/clustering/final/model';
import { drawPicture } from '../core/clustering/final/picture';
import { checkOnSecondSample } from '../core/clustering/final/second-sample';
import { withCommas } from '../core/extract/summary';
import { saveAssignments } from './assignments-table';
import { readMatrix } from './read-matrix';
import type { StageDefinition, StageOutput, StageWork } from './stage';

function summaryOf({ sizes, unassigned, k }: ClusterModel, { of, implementation, rows }: IndependentCheck): string {
  const assigned = sizes.reduce((sum, size) => sum + size, 0);
  const noise = unassigned > 0 ? `, ${withCommas(unassigned)} in none` : '';
  return `${withCommas(assigned)} customers in ${k} clusters${noise}; ${implementation} confirms ${of} on ${withCommas(rows)} rows`;
}

/** Fit the chosen model on all customers, assign them, and have a second implementation confirm it. */
export async function clusterCustomers({ config, inputs, deps, signal, progress }: StageWork): Promise<StageOutput> {
  const { artifacts, sql, compute } = deps;
  const { ids, matrix } = await readMatrix(sql, inputs['prepare.matrix'], signal);
  const preprocessing = await artifacts.readJson<Preprocessing>(inputs['prepare.preprocessing']);
  const selection = await artifacts.readJson<SelectionReport>(inputs['selection.report']);
  const input: FinalInput = { ids, matrix, preprocessing, selection, modeling: config.modeling, compute, signal };
  progress(0.1, 'fit');
  const final = await finalModel(input);
  const { model, points, warnings } = final;
  progress(0.4, 'assign');
  const assignments = await assignAll(model, points, input);
  progress(0.6, 'check');
  const check = await checkIndependently(final, assignments.cluster, input);
  progress(0.7, 'second sample');
  const second = await checkOnSecondSample(model, input);
  progress(0.9, 'components');
  const pca = await describeComponents(input, assignments.cluster, config.prepare.scale === 'none');
  progress(0.95, 'picture');
  const { picture, none } = await drawPicture(input, assignments.cluster);
  return {
    outputs: {
      'clustering.model': await artifacts.writeJson('clustering.model', model),
      'clustering.assignments': await saveAssignments(sql, ids, assignments, signal),
      'clustering.check': await artifacts.writeJson('clustering.check', check),
      'clustering.second': await artifacts.writeJson('clustering.second', second),
      'clustering.pca': await artifacts.writeJson('clustering.pca', pca),
      ...(picture && { 'clustering.picture': await artifacts.writeJson('clustering.picture', picture) }),
    },
    rowsIn: matrix.rows,
    rowsOut: ids.length,
    summary: summaryOf(model, check),
    warnings: [
      ...warnings,
      ...(config.prepare.scale === 'none'
        ? ['the columns are not scaled: clusters and components follow the columns with the largest units']
        : []),
    ],
    facts: { algorithm: model.algorithm, k: model.k, inertia: model.inertia, sizes: model.sizes, unassigned: model.unassigned, check, second: second.finding, picture: none ?? picture?.trustworthiness },
  };
}

export const clustering: StageDefinition = {
  stage: 'clustering',
  reads: ['prepare.matrix', 'prepare.preprocessing', 'selection.report'],
  configOf: ({ modeling, prepare }) => ({ modeling, scale: prepare.scale }),
  work: clusterCustomers,
};
