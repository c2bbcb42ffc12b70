import type { ErrorCode } from '../contracts/errors';
import { PipelineError } from '../contracts/errors';
import type { FeatureSpec } from '../contracts/features';
import type { Preprocessing, StoredSolution } from '../contracts/model';
import type { HoldoutComparison, HoldoutReport, HoldoutWindow, SelectionReport } from '../contracts/selection';
import { refitColumns } from '../core/clustering/holdout/columns';
import { compareWindows, type WindowRows } from '../core/clustering/holdout/compare';
import type { HoldoutFit, HoldoutFitPayload, HoldoutPoints, HoldoutShared } from '../core/clustering/holdout/fit-task';
import { windowLinesSql, windowParams, windowsOf, windowsSql, type WindowDays, type WindowsRow } from '../core/clustering/holdout/windows';
import { shownStay } from '../core/clustering/holdout/published';
import { clustersOf } from '../core/clustering/assign';
import { pickPoints, toPoints } from '../core/clustering/points';
import { withCommas } from '../core/extract/summary';
import { assembleFeatures } from '../core/features/assemble';
import { featureCatalogue } from '../core/features/catalogue';
import type { Matrix } from '../core/linalg/matrix';
import { bottomK } from '../core/linalg/sampling';
import type { SqlSession } from '../core/ports';
import { discreet } from '../core/privacy/discreet';
import { shownOrNull, suppress } from '../core/privacy/suppress';
import { applyPreprocessing } from '../core/prepare';
import { optionsOf, thinned } from '../core/selection/fitters';
import { fillFeatureGroups, GROUP_MODELS } from './feature-groups';
import { inSteps } from './in-steps';
import { readModelFeatures } from './read-matrix';
import type { StageDefinition, StageOutput, StageWork } from './stage';

/** All lines, under a name of their own: `clean.lines` is the window's here, for the shipped SQL and the project's. */
const HISTORY = 'history.lines';
/** What a window can lack that the whole history has. */
const NOT_COMPARABLE: ReadonlySet<ErrorCode> = new Set(['INSUFFICIENT_DATA', 'NOT_FINITE', 'NO_FEATURES_LEFT', 'SQL_REFUSED']);

interface RawWindow {
  readonly ids: readonly string[];
  /** Raw features, NaN = missing. */
  readonly matrix: Matrix;
}

async function inSession<T>({ deps, signal }: StageWork, use: (session: SqlSession) => Promise<T>): Promise<T> {
  const session = await deps.sql.session({ signal });
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

const windowsFor = (work: StageWork): Promise<ReturnType<typeof windowsOf>> =>
  inSession(work, async (session) => {
    await session.view(HISTORY, work.inputs['clean.lines']);
    const { days } = work.config.modeling.holdout;
    const [row] = await session.rows<WindowsRow>(windowsSql(HISTORY), { as_of: { date: work.run.asOf }, days });
    return windowsOf(row);
  });

/** The features of one window, as if its lines were all there is and its last day were today. */
const featuresOf = (work: StageWork, specs: readonly FeatureSpec[], window: WindowDays): Promise<RawWindow> =>
  inSession(work, async (session) => {
    const { config, deps, inputs } = work;
    await session.view(HISTORY, inputs['clean.lines']);
    await session.table('clean.lines', windowLinesSql(HISTORY), windowParams(window));
    await session.table('clean.orders', deps.models.get('clean/orders').text);
    await session.view('clean.customers', inputs['clean.customers']);
    const params = await fillFeatureGroups(session, work, window.last);
    await session.table('features.features', assembleFeatures(specs), params);
    return readModelFeatures(session, specs, config);
  });

/** Published cluster of every customer in one. */
const publishedOf = (work: StageWork): Promise<Map<string, number>> =>
  inSession(work, async (session) => {
    await session.view('clustering.assignments', work.inputs['clustering.assignments']);
    const { ids, matrix } = await session.matrix('SELECT pid, cluster FROM clustering.assignments WHERE cluster >= 0 ORDER BY pid');
    return new Map(ids.map((id, row) => [id, matrix.values[row]]));
  });

function pointsOf({ ids, matrix }: WindowRows, { modeling }: StageWork['config']): HoldoutPoints {
  const all = toPoints(matrix, { shared: true });
  return { all, sample: pickPoints(all, bottomK(ids, modeling.seed, modeling.sampleRows), true) };
}

/** Fit the chosen specification to both windows; the earlier model labels both. */
async function fitWindows(work: StageWork, selection: SelectionReport<unknown>, windows: readonly HoldoutPoints[], names: readonly string[]): Promise<HoldoutFit[]> {
  const { config, deps, signal } = work;
  const { spec } = selection.chosen;
  const payloadOf = (fit: number, label: readonly number[]): HoldoutFitPayload => {
    const share = Math.min(1, windows[fit].sample.rows / selection.sample.rows);
    return { spec: spec.algorithm === 'density' ? thinned(spec, share) : spec, fit, label };
  };
  const shared: HoldoutShared = { windows, options: optionsOf(config.modeling, selection.limits, names) };
  return deps.compute.map<HoldoutFitPayload, HoldoutFit>('holdout.fit', [payloadOf(0, [0, 1]), payloadOf(1, [1])], { shared, signal });
}

const without = (reason: string, days: number | null, windows: HoldoutReport['windows']): HoldoutReport => ({ days, windows, comparison: null, reason });

async function holdOut(work: StageWork): Promise<HoldoutReport> {
  const { config, inputs, deps, signal, progress } = work;
  const found = await windowsFor(work);
  if (typeof found === 'string') return without(found, null, null);
  const { days, windows } = found;
  const [first, second] = windows.map((window): HoldoutWindow => ({ ...window, customers: null, fitted: null }));
  try {
    const specs = featureCatalogue(config);
    const raw: RawWindow[] = [];
    for (const [i, window] of windows.entries()) {
      raw.push(await featuresOf(work, specs, window));
      progress(0.2 * (i + 1), `features of ${window.first} to ${window.last}`);
    }
    const [earlier, later] = raw;
    const counted = { earlier: { ...first, customers: earlier.ids.length }, later: { ...second, customers: later.ids.length } };
    const { minCustomers } = config.modeling.holdout;
    const small = [counted.earlier, counted.later].find(({ customers }) => customers < minCustomers);
    if (small) return without(`fewer than ${withCommas(minCustomers)} customers bought from ${small.first} to ${small.last}`, days, [first, second]);
    const published = await deps.artifacts.readJson<Preprocessing>(inputs['prepare.preprocessing']);
    const preprocessing = await inSteps(refitColumns(earlier.matrix, specs, config, published), signal);
    progress(0.5, 'fit');
    const rows = raw.map(({ ids, matrix }): WindowRows => ({ ids, matrix: applyPreprocessing(preprocessing, matrix) }));
    const points = rows.map((window) => pointsOf(window, config));
    const selection = await deps.artifacts.readJson<SelectionReport<StoredSolution>>(inputs['selection.report']);
    const [model, anew] = await fitWindows(work, selection, points, rows[0].matrix.names);
    const both: HoldoutReport['windows'] = [
      { ...counted.earlier, fitted: points[0].sample.rows },
      { ...counted.later, fitted: points[1].sample.rows },
    ];
    if (model.k === 0) return without(`the chosen model finds no group from ${first.first} to ${first.last}${model.failure === null ? '' : `: ${model.failure}`}`, days, both);
    progress(0.9, 'compare');
    const publishedClusters = clustersOf(selection.chosen.solution);
    const comparison = compareWindows({ earlier: rows[0], later: rows[1], model, anew, published: await publishedOf(work), publishedClusters });
    return { days, windows: both, comparison, reason: null };
  } catch (error) {
    if (!(error instanceof PipelineError) || !NOT_COMPARABLE.has(error.code)) throw error;
    return without(error.message, days, [first, second]);
  }
}

/** How many groups of a comparison do not last. */
const fading = ({ personas }: HoldoutComparison): number => personas.filter(({ label }) => label === 'not to be trusted').length;

function warningsOf({ comparison, reason, windows }: HoldoutReport, block: boolean): string[] {
  if (comparison === null) return block ? [`hold-out in time: ${reason ?? 'nothing to compare'}; nothing was blocked`] : [];
  const lost = fading(comparison);
  const span = windows?.map(({ first, last }) => `${first} to ${last}`).join(' and ') ?? '';
  return lost === 0 ? [] : [`hold-out in time (${span}): ${lost} of ${comparison.personas.length} personas do not last: fewer than 0.6 of their customers are the same in both`];
}

function factsOf({ days, windows, comparison }: HoldoutReport, kMin: number): Readonly<Record<string, unknown>> {
  const stay = comparison === null ? null : shownStay(comparison, kMin);
  return {
    days,
    customers: windows?.map(({ customers }) => (customers === null ? null : shownOrNull(suppress(customers, kMin)))) ?? null,
    inBoth: stay?.customers ?? null,
    stayed: stay?.stayed ?? null,
    personas: comparison?.personas.length ?? null,
    fading: comparison === null ? null : fading(comparison),
  };
}

async function holdOutInTime(work: StageWork): Promise<StageOutput> {
  const { deps, config, inputs } = work;
  const { kMin } = config.privacy;
  const found = await holdOut(work);
  const report: HoldoutReport = { ...found, reason: found.reason === null ? null : discreet(found.reason, [], kMin) };
  const warnings = warningsOf(report, config.modeling.holdout.block);
  if (config.modeling.holdout.block && report.comparison !== null && fading(report.comparison) > 0)
    throw new PipelineError('NO_ACCEPTABLE_MODEL', `${warnings.join('; ')} (modeling.holdout.block)`, factsOf(report, kMin));
  const { comparison, reason } = report;
  return {
    outputs: { 'clustering.holdout': await deps.artifacts.writeJson('clustering.holdout', report) },
    rowsIn: inputs['clean.lines'].rows,
    rowsOut: comparison === null ? null : shownStay(comparison, kMin).customers,
    summary: comparison === null ? `no hold-out in time: ${reason}` : `${comparison.personas.length - fading(comparison)} of ${comparison.personas.length} personas last`,
    warnings,
    facts: { holdout: factsOf(report, kMin) },
  };
}

/** The part of the clustering that asks whether the personas last: the chosen model fitted to an earlier window and looked at in a later one. */
export const holdout: StageDefinition = {
  stage: 'clustering',
  part: 'holdout',
  reads: ['clean.lines', 'clean.customers', 'prepare.preprocessing', 'selection.report', 'clustering.assignments'],
  isPart: ({ modeling }) => modeling.holdout.enabled,
  configOf: (config) => ({
    features: config.features,
    catalogue: featureCatalogue(config),
    ordered: config.sources.transactions.columns.ordered_at.type,
    prepare: config.prepare,
    modeling: config.modeling,
    granularity: config.objective.granularity,
    kMin: config.privacy.kMin,
  }),
  sqlOf: () => ['clean/orders', ...GROUP_MODELS],
  projectSqlOf: (config) => config.features.sql.map(({ file }) => file),
  work: holdOutInTime,
};
