import type { ArtifactRef } from '../contracts/artifacts';
import type { Preprocessing } from '../contracts/model';
import type { SelectionReport } from '../contracts/selection';
import {
  assignAll,
  checkIndependently,
  describeComponents,
  finalModel,
  type FinalInput,
} from '../core/clustering/final';
import type { Assignments } from '../core/clustering/predict';
import { withCommas } from '../core/extract/summary';
import type { SqlEngine } from '../core/ports';
import { readMatrix } from './read-matrix';
import type { StageDefinition, StageOutput, StageWork } from './stage';

/** One row per customer, in the order of `pid`. */
async function saveAssignments(
  sql: SqlEngine,
  ids: readonly string[],
  assignments: Assignments,
  signal: AbortSignal,
): Promise<ArtifactRef> {
  const session = await sql.session({ signal });
  try {
    await session.insert('clustering.assigned', [
      { name: 'pid', type: 'VARCHAR', values: ids },
      { name: 'cluster', type: 'INTEGER', values: assignments.cluster },
      { name: 'distance', type: 'DOUBLE', values: assignments.distance },
      { name: 'runner_up', type: 'INTEGER', values: assignments.runnerUp },
      { name: 'margin', type: 'DOUBLE', values: assignments.margin },
      { name: 'probability', type: 'DOUBLE', values: assignments.probability },
    ]);
    return await session.save('clustering.assignments', 'SELECT * FROM clustering.assigned ORDER BY pid');
  } finally {
    await session.close();
  }
}

/** Fit the chosen model on all customers, assign them, and have a second implementation confirm it. */
export async function clusterCustomers({ config, inputs, deps, signal, progress }: StageWork): Promise<StageOutput> {
  const { artifacts, sql, compute } = deps;
  const { ids, matrix } = await readMatrix(sql, inputs['prepare.matrix'], signal);
  const preprocessing = await artifacts.readJson<Preprocessing>(inputs['prepare.preprocessing']);
  const selection = await artifacts.readJson<SelectionReport>(inputs['selection.report']);
  const input: FinalInput = { ids, matrix, preprocessing, selection, seed: config.modeling.seed, compute, signal };
  progress(0.1, 'fit');
  const { model, points } = await finalModel(input);
  progress(0.4, 'assign');
  const assignments = await assignAll(model, points, input);
  progress(0.6, 'check');
  const check = await checkIndependently(model, points, assignments.cluster, input);
  progress(0.8, 'components');
  const pca = await describeComponents(input, assignments.cluster, config.prepare.scale === 'none');
  return {
    outputs: {
      'clustering.model': await artifacts.writeJson('clustering.model', model),
      'clustering.assignments': await saveAssignments(sql, ids, assignments, signal),
      'clustering.check': await artifacts.writeJson('clustering.check', check),
      'clustering.pca': await artifacts.writeJson('clustering.pca', pca),
    },
    rowsIn: matrix.rows,
    rowsOut: ids.length,
    summary: `${withCommas(ids.length)} customers in ${model.k} clusters, confirmed by ${check.implementation} on ${withCommas(check.rows)} rows`,
    warnings:
      config.prepare.scale === 'none'
        ? ['the columns are not scaled: clusters and components follow the columns with the largest units']
        : [],
    facts: { k: model.k, inertia: model.inertia, sizes: model.sizes, check },
  };
}

export const clustering: StageDefinition = {
  stage: 'clustering',
  reads: ['prepare.matrix', 'prepare.preprocessing', 'selection.report'],
  configOf: ({ modeling, prepare }) => ({ seed: modeling.seed, scale: prepare.scale }),
  work: clusterCustomers,
};
