import type { StageOutput } from '../../src/activities/stage';
import { prepare } from '../../src/activities/prepare';
import { personas } from '../../src/activities/personas';
import { projectConfig, type ProjectConfig } from '../../src/config/project';
import type { ArtifactRef, ArtifactRefs } from '../../src/contracts/artifacts';
import type { FeatureSpec, FeaturesReport } from '../../src/contracts/features';
import type { ClusterModel, Preprocessing } from '../../src/contracts/model';
import type { PersonasReport } from '../../src/contracts/personas';
import { kmeans } from '../../src/core/clustering/kmeans/kmeans';
import { toPoints, unpadCentroids } from '../../src/core/clustering/points';
import { nearestCentroid } from '../../src/core/clustering/nearest-centroid';
import { builtInFeatures } from '../../src/core/features/built-in';
import type { Bench } from './clean-support';

type Section = Readonly<Record<string, unknown>>;

export const projectOf = (over: { model?: readonly string[]; prepare?: Section; personas?: Section; kpis?: readonly string[]; kMin?: number } = {}): ProjectConfig => {
  const columns = Object.fromEntries(
    [['customer_id', 'text'], ['order_id', 'text'], ['product_code', 'text'], ['quantity', 'integer'], ['unit_price', 'decimal'], ['ordered_at', 'timestamp']].map(([name, type]) => [name, { from: name, type }]),
  );
  return projectConfig.parse({
    version: 1,
    project: 'test',
    objective: { touchpoint: 'newsletter', kpis: over.kpis ?? ['revenue', 'frequency', 'night_share'], granularity: { min: 2, max: 5 } },
    sources: { transactions: { path: 'lines.csv', format: 'csv', columns } },
    features: { model: over.model ?? ['recency_days', 'frequency', 'monetary', 'night_share'] },
    prepare: over.prepare ?? {},
    personas: over.personas ?? {},
    privacy: { purpose: 'test', projectKey: { env: 'KEY' }, kMin: over.kMin ?? 5 },
  });
};

const USED = ['recency_days', 'frequency', 'monetary', 'r_score', 'average_order_value', 'median_gap_days', 'night_share'];
const COUNTRY: FeatureSpec = { name: 'country_group', group: 'country', kind: 'category', unit: '', label: 'Country group', whole: null, words: null };

/** Three planted groups: frequent big spenders, quiet regulars, one-time buyers of long ago; drift moves a few values a little. */
export const featuresSelect = (customers: number, drift = 0): string => `
  WITH base AS (
    SELECT range AS i, range % 3 AS g, (range * 7919 % 1000) / 1000 AS u, (range * 104729 % 997) / 997 AS v FROM range(${customers})
  ), drifted AS (SELECT *, CASE WHEN i % 20 = 0 THEN ${drift} ELSE 0 END AS d FROM base)
  SELECT
    'c_' || lpad(i::VARCHAR, 6, '0') AS pid,
    (CASE g WHEN 0 THEN 1 + 20 * u WHEN 1 THEN 60 + 60 * u ELSE 250 + 100 * u END + d)::INTEGER AS recency_days,
    (CASE g WHEN 0 THEN 15 + 10 * v WHEN 1 THEN 4 + 3 * v ELSE 1 END)::INTEGER AS frequency,
    (CASE g WHEN 0 THEN 3000 + 3000 * u WHEN 1 THEN 400 + 300 * v ELSE 20 + 80 * u END)::DECIMAL(38, 4) AS monetary,
    1 + (i % 5)::INTEGER AS r_score,
    (CASE g WHEN 0 THEN 180 + 60 * v WHEN 1 THEN 100 + 9 * u ELSE 60 + 9 * v END)::DOUBLE AS average_order_value,
    CASE WHEN g = 2 THEN NULL WHEN g = 0 THEN 10 + 5 * v ELSE 30 + 10 * u END::DOUBLE AS median_gap_days,
    CASE WHEN i % 17 = 0 THEN NULL WHEN g = 1 THEN 0.5 + 0.3 * u ELSE 0.1 * v END::DOUBLE AS night_share,
    CASE WHEN i % 50 = 0 THEN NULL WHEN g = 0 AND i % 2 = 0 THEN 'North' ELSE 'South' END AS country_group
  FROM drifted
  ORDER BY pid`;

/** Feature table and report, as the stage features leaves them. */
export async function makeFeatures(bench: Bench, select: string, specs: readonly FeatureSpec[] = [...builtInFeatures('EUR').filter(({ name }) => USED.includes(name)), COUNTRY]): Promise<ArtifactRefs> {
  const table = await bench.inSession((session) => session.save('features.features', select));
  const [{ total }] = await bench.query<{ total: string }>({ 'features.features': table }, 'SELECT sum(monetary) AS total FROM features.features');
  const report: FeaturesReport = { asOf: '2024-12-31', revenue: 'net', currency: 'EUR', customers: table.rows ?? 0, totalRevenue: total, features: specs, cohorts: [] };
  return { 'features.features': table, 'features.report': await bench.artifacts.writeJson('features.report', report) };
}

/** k-means on the prepared matrix, stored as the stages selection and clustering do, so far as personas read it. */
export async function cluster(bench: Bench, inputs: ArtifactRefs, k: number, seed = 0): Promise<ArtifactRefs> {
  const { ids, matrix } = await bench.inSession(async (session) => {
    await session.view('prepare.matrix', inputs['prepare.matrix']);
    return session.matrix('SELECT * FROM prepare.matrix ORDER BY pid');
  });
  const points = toPoints(matrix);
  const fit = kmeans(points, null, k, 10, { seed, stage: 'clustering', use: 'seeding', candidate: k, block: 0 });
  const centroids = unpadCentroids(fit.centroids, k, points.cols, points.stride);
  const model: ClusterModel = {
    format: 3, algorithm: 'kmeans', model: null, k, seed, inertia: fit.inertia, sizes: fit.sizes, unassigned: 0,
    preprocessing: await bench.artifacts.readJson<Preprocessing>(inputs['prepare.preprocessing']),
    centroids,
    solution: { kind: 'centroids', centroids },
  };
  const assigned = nearestCentroid(model, points);
  const assignments = await bench.inSession(async (session) => {
    await session.insert('clustering.assigned', [
      { name: 'pid', type: 'VARCHAR', values: ids },
      { name: 'cluster', type: 'INTEGER', values: assigned.cluster },
      { name: 'distance', type: 'DOUBLE', values: assigned.distance },
      { name: 'runner_up', type: 'INTEGER', values: assigned.runnerUp },
      { name: 'margin', type: 'DOUBLE', values: assigned.margin },
      { name: 'probability', type: 'DOUBLE', values: assigned.probability },
    ]);
    return session.save('clustering.assignments', 'SELECT * FROM clustering.assigned ORDER BY pid');
  });
  const stability = model.centroids.map((_, c) => ({ jaccard: 0.9 - c / 5, dissolved: 0, recovered: 1, label: c === 2 ? 'not to be trusted' : 'stable' }));
  const selection = { candidates: [{ status: 'chosen', algorithm: 'kmeans', k, centroids: model.centroids, stability }], chosen: { algorithm: 'kmeans', k } };
  return {
    'clustering.assignments': assignments,
    'clustering.model': await bench.artifacts.writeJson('clustering.model', model),
    'selection.report': await bench.artifacts.writeJson('selection.report', selection),
  };
}

export interface Made {
  readonly inputs: ArtifactRefs;
  readonly output: StageOutput;
  readonly report: PersonasReport;
}

/** From a feature table to personas, against an optional parent. */
export async function makePersonas(bench: Bench, config: ProjectConfig, features: ArtifactRefs, options: { k?: number; seed?: number; asOf?: string; parent?: Made; release?: number; notes?: ArtifactRef } = {}): Promise<Made> {
  const prepared = await bench.stage(prepare, config, features);
  const inputs = { ...features, ...prepared.outputs, ...(await cluster(bench, prepared.outputs, options.k ?? 3, options.seed)) };
  const parent: ArtifactRefs = options.parent
    ? {
        'parent.memberships': options.parent.output.outputs['personas.memberships'],
        'parent.personas': options.parent.output.outputs['personas.personas'],
        'parent.release': await bench.artifacts.writeJson('parent.release', { release: options.release ?? 4 }),
      }
    : {};
  const output = await bench.stage(personas, config, { ...inputs, ...parent }, {
    ...(options.asOf !== undefined && { asOf: options.asOf }),
    ...(options.notes && { notes: options.notes }),
  });
  return { inputs, output, report: await bench.artifacts.readJson<PersonasReport>(output.outputs['personas.personas']) };
}
