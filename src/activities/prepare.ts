import type { FeaturesReport } from '../contracts/features';
import type { Preprocessing } from '../contracts/model';
import { applyPreprocessing, fitSteps, planColumns } from '../core/prepare';
import type { Matrix } from '../core/linalg/matrix';
import { quoteIdent } from '../core/sql/identifiers';
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
  const names = [...new Set(planColumns(model, report.features, config.prepare.pseudoCount).flatMap(({ from }) => from))];
  const session = await deps.sql.session({ signal });
  try {
    await session.view('features.features', inputs['features.features']);
    const columns = names.map((name) => `${quoteIdent(name)}::DOUBLE AS ${quoteIdent(name)}`).join(', ');
    const { ids, matrix } = await session.matrix(`SELECT pid, ${columns} FROM features.features ORDER BY pid`);
    progress(0.2, 'read');
    const preprocessing = await inSteps(fitSteps(matrix, report.features, model, config.prepare), signal, (done) => progress(0.2 + 0.5 * done, 'fit'));
    const prepared = applyPreprocessing(preprocessing, matrix);
    await session.insert('prepare.rows', [{ name: 'pid', type: 'VARCHAR', values: ids }, ...columnsOf(prepared)]);
    progress(0.9, 'write');
    const outputs = {
      'prepare.matrix': await session.save('prepare.matrix', 'SELECT * FROM prepare.rows ORDER BY pid'),
      'prepare.preprocessing': await deps.artifacts.writeJson('prepare.preprocessing', preprocessing),
    };
    return { outputs, rowsIn: matrix.rows, rowsOut: matrix.rows, ...described(preprocessing) };
  } finally {
    await session.close();
  }
}

/** Run to the end, giving way after each step: heartbeats go out, and a cancellation is seen. */
async function inSteps<T>(steps: Generator<number, T, void>, signal: AbortSignal, onStep: (fraction: number) => void): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    onStep(step.value);
    await new Promise<void>((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
}

const columnsOf = ({ names, rows, cols, values }: Matrix) =>
  names.map((name, j) => ({ name, type: 'DOUBLE' as const, values: Float64Array.from({ length: rows }, (_, i) => values[i * cols + j]) }));

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
