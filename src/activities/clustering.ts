import type { ArtifactRef } from '../contracts/artifacts';
import type { ClusterModel, Preprocessing, StoredSolution } from '../contracts/model';
import type { IndependentCheck, SelectionReport } from '../contracts/selection';
import { assignAll } from '../core/clustering/final/assignments';
import { checkIndependently } from '../core/clustering/final/check';
import { describeComponents } from '../core/clustering/final/components';
import type { FinalInput } from '../core/clustering/final/input';
import { finalModel } from '../core/clustering/final/model';
import { drawPicture } from '../core/clustering/final/picture';
import { checkOnSecondSample } from '../core/clustering/final/second-sample';
import { withCommas } from '../core/extract/summary';
import type { ArtifactStore } from '../core/ports';
import { shownOrNull, suppressTogether } from '../core/privacy/suppress';
import { assignedText, saveAssignments } from './assignments-table';
import { readMatrix } from './read-matrix';
import type { StageDefinition, StageOutput, StageWork } from './stage';
import { loadSolution, storeSolution } from './stored-model';

function summaryOf({ sizes, unassigned, k }: ClusterModel, { of, implementation, rows }: IndependentCheck, kMin: number): string {
  return `${assignedText({ sizes, unassigned, k }, kMin)}; ${implementation} confirms ${of} on ${withCommas(rows)} rows`;
}

async function readSelection(artifacts: ArtifactStore, ref: ArtifactRef): Promise<SelectionReport> {
  const report = await artifacts.readJson<SelectionReport<StoredSolution>>(ref);
  return { ...report, chosen: { ...report.chosen, solution: await loadSolution(artifacts, report.chosen.solution) } };
}

/** Fit the chosen model on all customers, assign them, and have a second implementation confirm it. */
export async function clusterCustomers({ config, inputs, deps, signal, progress }: StageWork): Promise<StageOutput> {
  const { artifacts, sql, compute } = deps;
  const { kMin } = config.privacy;
  const { ids, matrix } = await readMatrix(sql, inputs['prepare.matrix'], signal);
  const preprocessing = await artifacts.readJson<Preprocessing>(inputs['prepare.preprocessing']);
  const selection = await readSelection(artifacts, inputs['selection.report']);
  const input: FinalInput = { ids, matrix, preprocessing, selection, modeling: config.modeling, kMin, compute, signal };
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
  const [unassigned, ...sizes] = suppressTogether([model.unassigned, ...model.sizes], kMin).map(shownOrNull);
  const { stored: solution } = await storeSolution(artifacts, model.solution);
  return {
    outputs: {
      'clustering.model': await artifacts.writeJson('clustering.model', { ...model, solution } satisfies ClusterModel<StoredSolution>),
      'clustering.assignments': await saveAssignments(sql, ids, assignments, signal),
      'clustering.check': await artifacts.writeJson('clustering.check', check),
      'clustering.second': await artifacts.writeJson('clustering.second', second),
      'clustering.pca': await artifacts.writeJson('clustering.pca', pca),
      ...(picture && { 'clustering.picture': await artifacts.writeJson('clustering.picture', picture) }),
    },
    rowsIn: matrix.rows,
    rowsOut: ids.length,
    summary: summaryOf(model, check, kMin),
    warnings: [
      ...warnings,
      ...(config.prepare.scale === 'none'
        ? ['the columns are not scaled: clusters and components follow the columns with the largest units']
        : []),
    ],
    facts: { algorithm: model.algorithm, k: model.k, inertia: model.inertia, sizes, unassigned, check, second: second.finding, picture: none ?? picture?.trustworthiness },
  };
}

export const clustering: StageDefinition = {
  stage: 'clustering',
  reads: ['prepare.matrix', 'prepare.preprocessing', 'selection.report'],
  configOf: ({ modeling, prepare, privacy }) => ({ modeling, scale: prepare.scale, kMin: privacy.kMin }),
  work: clusterCustomers,
};
