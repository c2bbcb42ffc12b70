import type { FeaturesReport } from '../contracts/features';
import type { Preprocessing } from '../contracts/model';
import { applyPreprocessing, fitSteps } from '../core/prepare';
import { inSteps } from './in-steps';
import { readModelFeatures, savePrepared } from './read-matrix';
import type { StageDefinition, StageOutput, StageWork } from './stage';

/** Raw features to the scaled matrix the models read, with the fitted parameters. Rows are in the order of `pid`. */
export const prepare: StageDefinition = {
  stage: 'prepare',
  reads: ['features.features', 'features.report'],
  configOf: ({ features, prepare: config }) => ({ model: features.model, prepare: config }),
  work: prepareMatrix,
};

async function prepareMatrix({ config, inputs, signal, deps, progress }: StageWork): Promise<StageOutput> {
  const report = await deps.artifacts.readJson<FeaturesReport>(inputs['features.report']);
  const { model } = config.features;
  const session = await deps.sql.session({ signal });
  try {
    await session.view('features.features', inputs['features.features']);
    const { ids, matrix } = await readModelFeatures(session, report.features, config);
    progress(0.2, 'read');
    const preprocessing = await inSteps(fitSteps(matrix, report.features, model, config.prepare), signal, (done) => progress(0.2 + 0.5 * done, 'fit'));
    const prepared = applyPreprocessing(preprocessing, matrix);
    progress(0.9, 'write');
    const outputs = {
      'prepare.matrix': await savePrepared(session, ids, prepared),
      'prepare.preprocessing': await deps.artifacts.writeJson('prepare.preprocessing', preprocessing),
    };
    return { outputs, rowsIn: matrix.rows, rowsOut: matrix.rows, ...described(preprocessing) };
  } finally {
    await session.close();
  }
}

function described({ columns, dropped, rows }: Preprocessing): Pick<StageOutput, 'summary' | 'warnings' | 'facts'> {
  const kinds = ['log1p', 'yeo-johnson', 'none'].flatMap((kind) => {
    const n = columns.filter(({ transform }) => transform.kind === kind).length;
    return n > 0 ? [`${n} ${kind === 'none' ? 'as they are' : kind}`] : [];
  });
  const summary = `${columns.length} columns for ${rows.toLocaleString('en-GB')} customers (${kinds.join(', ')}), ${dropped.length} dropped`;
  const warnings = dropped.map(({ column, reason, evidence }) => `${column} dropped: ${reason}, ${evidence}`);
  const facts = {
    columns: columns.map(({ column }) => column),
    transforms: Object.fromEntries(columns.map(({ column, transform }) => [column, transform.kind])),
    imputedCells: columns.reduce((sum, { impute }) => sum + impute.cells, 0),
    winsorisedCells: columns.reduce((sum, { winsorise }) => sum + winsorise.cells, 0),
    dropped: dropped.map(({ column }) => column),
  };
  return { summary, warnings, facts };
}
