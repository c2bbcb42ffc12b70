import { PipelineError } from '../contracts/errors';
import type { FeaturesReport } from '../contracts/features';
import type { Preprocessing } from '../contracts/model';
import { withCommas } from '../core/extract/summary';
import { applyPreprocessing } from '../core/prepare';
import { readFeatures, savePrepared } from './read-matrix';
import type { StageDefinition, StageOutput, StageWork } from './stage';

/** Raw features to the scaled matrix of a model of before: its own parameters, nothing is fitted. Rows are in the order of `pid`. */
export const scorePrepare: StageDefinition = {
  stage: 'prepare',
  part: 'score',
  reads: ['features.features', 'features.report', 'model.preprocessing'],
  configOf: () => ({}),
  work: applyStored,
};

async function applyStored({ inputs, signal, deps, progress }: StageWork): Promise<StageOutput> {
  const preprocessing = await deps.artifacts.readJson<Preprocessing>(inputs['model.preprocessing']);
  const names = [...new Set(preprocessing.columns.flatMap(({ from }) => from))];
  requireFeatures(names, await deps.artifacts.readJson<FeaturesReport>(inputs['features.report']));
  const session = await deps.sql.session({ signal });
  try {
    await session.view('features.features', inputs['features.features']);
    const { ids, matrix } = await readFeatures(session, names);
    progress(0.4, 'read');
    const prepared = applyPreprocessing(preprocessing, matrix);
    const outputs = { 'prepare.matrix': await savePrepared(session, ids, prepared), 'prepare.preprocessing': inputs['model.preprocessing'] };
    const summary = `${preprocessing.columns.length} columns for ${withCommas(matrix.rows)} customers, by the parameters of the model that is applied`;
    return { outputs, rowsIn: matrix.rows, rowsOut: matrix.rows, summary, warnings: [], facts: { columns: prepared.names } };
  } finally {
    await session.close();
  }
}

/** `COLUMN_MISSING` where the config of today makes no feature of that name. */
function requireFeatures(names: readonly string[], { features }: FeaturesReport): void {
  const missing = names.filter((name) => !features.some((feature) => feature.name === name && feature.kind !== 'category'));
  if (missing.length === 0) return;
  const message = `the model that is applied reads ${missing.join(', ')}, which features of today's config do not have: refit, or bring ${missing.length === 1 ? 'it' : 'them'} back`;
  throw new PipelineError('COLUMN_MISSING', message, { missing });
}
