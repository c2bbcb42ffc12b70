import type { ChallengeReport, DriftReport } from '../contracts/drift';
import type { FeaturesReport } from '../contracts/features';
import type { ClusterModel, Preprocessing, StoredSolution } from '../contracts/model';
import type { PersonaNotes } from '../contracts/notes';
import type { MigrationRow, PersonasReport } from '../contracts/personas';
import type { CleanReport, ExtractReport, QualityReport } from '../contracts/reports';
import type { HoldoutReport, IndependentCheck, PcaReport, PictureReport, SecondSample, SelectionReport } from '../contracts/selection';
import { sha256Hex } from '../core/audit/digest';
import { certaintySql, clearFrom, type CertaintyRow } from '../core/report/certainty';
import { renderModelCard } from '../core/report/model-card';
import type { ReportInputs } from '../core/report/inputs';
import { outlierColumn, outlierSql, type OutlierColumn, type OutlierRow } from '../core/report/outliers';
import { renderReport } from '../core/report/page';
import { assignedSizes } from './assignments-table';
import type { StageDefinition, StageWork } from './stage';

/** Quantiles of every model column before and after winsorising, one small query each. */
async function outliers(
  { inputs, deps, config, signal, progress }: StageWork,
  { columns }: Preprocessing,
): Promise<OutlierColumn[]> {
  const session = await deps.sql.session({ signal });
  try {
    await session.view('features.features', inputs['features.features']);
    const boxes: OutlierColumn[] = [];
    for (const [i, column] of columns.entries()) {
      const [row] = await session.rows<OutlierRow>(outlierSql(column, 'features.features', config.privacy.kMin));
      boxes.push(outlierColumn(column, row));
      progress((0.8 * (i + 1)) / columns.length, `outliers of ${column.column}`);
    }
    return boxes;
  } finally {
    await session.close();
  }
}

/** How sure the customers of each cluster are in it: counts, by cluster and runner-up. */
async function certainty({ inputs, deps, config, signal }: StageWork): Promise<CertaintyRow[]> {
  const { uncertainBelow } = config.personas;
  const session = await deps.sql.session({ signal });
  try {
    await session.view('clustering.assignments', inputs['clustering.assignments']);
    return await session.rows<CertaintyRow & Record<string, unknown>>(certaintySql('clustering.assignments'), {
      clear: clearFrom(uncertainBelow),
      uncertain: uncertainBelow,
    });
  } finally {
    await session.close();
  }
}

async function migration({ inputs, deps, signal }: StageWork): Promise<MigrationRow[] | null> {
  if (!inputs['personas.migration']) return null;
  const session = await deps.sql.session({ signal });
  try {
    await session.view('personas.migration', inputs['personas.migration']);
    return await session.rows<MigrationRow & Record<string, unknown>>(
      'SELECT * FROM personas.migration ORDER BY from_state, from_key NULLS FIRST, to_state, to_key NULLS FIRST',
    );
  } finally {
    await session.close();
  }
}

/** Of a model of before the sizes are those of its fit: the page shows today's. */
async function counted({ inputs, deps, signal }: StageWork): Promise<Pick<ClusterModel, 'sizes' | 'unassigned'>> {
  const { k } = await deps.artifacts.readJson<ClusterModel<unknown>>(inputs['clustering.model']);
  const session = await deps.sql.session({ signal });
  try {
    await session.view('clustering.assignments', inputs['clustering.assignments']);
    return await assignedSizes(session, k);
  } finally {
    await session.close();
  }
}

/** Interview notes and their pictures, which the page holds. */
async function interviews({ inputs, deps: { artifacts } }: StageWork): Promise<Pick<ReportInputs, 'notes' | 'pictures'>> {
  if (!inputs['personas.notes']) return { notes: null, pictures: new Map() };
  const notes = await artifacts.readJson<PersonaNotes>(inputs['personas.notes']);
  const pictures = new Map<string, string>();
  for (const { picture } of notes.personas.flatMap((persona) => persona.notes))
    if (picture !== null) pictures.set(picture.ref.sha256, (await artifacts.readBytes(picture.ref)).toString('base64'));
  return { notes, pictures };
}

async function gather(work: StageWork): Promise<ReportInputs> {
  const { run, config, inputs, deps } = work;
  const json = <T>(name: string): Promise<T> => deps.artifacts.readJson<T>(inputs[name]);
  const preprocessing = await json<Preprocessing>('prepare.preprocessing');
  const extract = await json<ExtractReport>('extract.report');
  return {
    config,
    facts: {
      project: run.project,
      environment: run.environment,
      asOf: run.asOf,
      knownAt: run.knownAt,
      projectKeyId: extract.projectKeyId,
      configDigest: run.configDigest,
      codeVersion: deps.code.version,
      seed: config.modeling.seed,
      ...(run.scoring && { scoring: run.scoring }),
    },
    extract,
    quality: await json<QualityReport>('quality.report'),
    clean: await json<CleanReport>('clean.report'),
    features: await json<FeaturesReport>('features.report'),
    preprocessing,
    selection: await json<SelectionReport<unknown>>('selection.report'),
    model: { ...(await json<ClusterModel<StoredSolution>>('clustering.model')), ...(run.scoring && (await counted(work))) },
    check: await json<IndependentCheck>('clustering.check'),
    second: await json<SecondSample>('clustering.second'),
    holdout: inputs['clustering.holdout'] ? await json<HoldoutReport>('clustering.holdout') : null,
    drift: inputs['drift.report'] ? await json<DriftReport>('drift.report') : null,
    challenge: inputs['challenge.report'] ? await json<ChallengeReport>('challenge.report') : null,
    pca: await json<PcaReport>('clustering.pca'),
    picture: inputs['clustering.picture'] ? await json<PictureReport>('clustering.picture') : null,
    certainty: await certainty(work),
    personas: await json<PersonasReport>('personas.personas'),
    migration: await migration(work),
    ...(await interviews(work)),
    outliers: await outliers(work, preprocessing),
  };
}

/** The report for people (`report.html`) and the model card (`report.model_card`), from the artifacts of all earlier stages. */
export const report: StageDefinition = {
  stage: 'report',
  reads: [
    'extract.report',
    'quality.report',
    'clean.report',
    'features.report',
    'features.features',
    'prepare.preprocessing',
    'selection.report',
    'clustering.model',
    'clustering.assignments',
    'clustering.check',
    'clustering.second',
    'clustering.holdout?',
    'drift.report?',
    'challenge.report?',
    'clustering.pca',
    'clustering.picture?',
    'personas.personas',
    'personas.migration?',
    'personas.notes?',
    'model.personas?',
  ],
  configOf: ({ title, project, timeZone, objective, privacy, modeling, prepare, features, personas, cleaning }) => ({
    title,
    project,
    timeZone,
    objective,
    privacy: { purpose: privacy.purpose, kMin: privacy.kMin },
    modeling,
    prepare,
    features,
    personas,
    cleaning,
  }),
  // The page prints the first three and holds the fourth: one made for others must not be taken for it.
  extraKey: async ({ run, deps }) => [
    deps.code.version,
    run.project,
    run.environment,
    run.configDigest,
    sha256Hex(await deps.reportRuntime()),
    ...(run.scoring ? [`scored:${run.scoring.release}:${run.scoring.fittedAsOf}`] : []),
  ],
  async work(work) {
    const { deps, progress } = work;
    const inputs = await gather(work);
    const page = Buffer.from(renderReport(inputs, await deps.reportRuntime()), 'utf8');
    progress(0.95, 'writing');
    const html = await deps.artifacts.writeBytes('report.html', page);
    const card = await deps.artifacts.writeBytes('report.model_card', Buffer.from(renderModelCard(inputs), 'utf8'));
    const personas = inputs.personas.personas.length;
    return {
      outputs: { 'report.html': html, 'report.model_card': card },
      rowsIn: null,
      rowsOut: null,
      summary: `one page of ${Math.round(page.length / 1024)} KB on ${personas} personas, and the model card`,
      warnings: [],
      facts: { bytes: page.length, personas },
    };
  },
};
