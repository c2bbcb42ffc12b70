import type { ArtifactRef } from '../contracts/artifacts';
import type { FeaturesReport, FeatureSpec } from '../contracts/features';
import type { ClusterModel, Preprocessing } from '../contracts/model';
import type { PersonasReport } from '../contracts/personas';
import type { SelectionReport } from '../contracts/selection';
import { quoteIdent } from '../core/sql/identifiers';
import type { Matrix } from '../core/linalg/matrix';
import type { LevelRow, Overlap, ProfileRow, SizeRow } from '../core/personas';
import {
  alikeness, assemblePersonas, carryOver, categoryProfiles, identify, kpiColumns, numericFeatures, profileOf, rankCorrelations, stabilityOf, standings,
  whaleCount, whaleRule, atRiskRule,
} from '../core/personas';
import type { SqlSession } from '../core/ports';
import { assignedSizes } from './assignments-table';
import type { StageDefinition, StageOutput, StageWork } from './stage';

const MODELS = ['profile', 'levels', 'overlap', 'memberships', 'at_risk', 'whales', 'sizes'] as const;

/** Rank correlations above which two headline traits, or two words of a name, say one thing. */
const [ALIKE_TRAITS, ALIKE_WORDS] = [0.7, 0.85];

/** Clusters become personas: identity from the parent release, name, profile in raw units, size, whales and customers at risk. */
export const personas: StageDefinition = {
  stage: 'personas',
  reads: [
    'clustering.assignments', 'clustering.model', 'selection.report', 'features.features', 'features.report', 'prepare.preprocessing',
    'parent.memberships?', 'parent.personas?', 'parent.release?', 'model.personas?',
  ],
  configOf: ({ project, personas: config, privacy, objective }) => ({ project, config, kMin: privacy.kMin, kpis: objective.kpis }),
  sqlOf: () => MODELS.map((name) => `personas/${name}`),
  work: makePersonas,
};

/** The documents the stage reads. */
interface Documents {
  readonly features: FeaturesReport;
  readonly model: ClusterModel;
  readonly preprocessing: Preprocessing;
  readonly selection: SelectionReport;
  readonly parent: PersonasReport | null;
  /** The cast of the release whose model is applied. */
  readonly applied: PersonasReport | null;
  readonly parentRelease: number | null;
}

async function makePersonas(work: StageWork): Promise<StageOutput> {
  const { config, deps, inputs, signal, progress } = work;
  const documents = await readDocuments(work);
  const kpis = kpiColumns(config.objective.kpis, documents.features);
  const session = await deps.sql.session({ signal });
  const sql = (name: (typeof MODELS)[number]): string => deps.models.get(`personas/${name}`).text;
  try {
    await session.view('clustering.assignments', inputs['clustering.assignments']);
    await session.view('features.features', inputs['features.features']);
    const identity = await identifyClusters(work, session, documents, sql('overlap'));
    await session.insert('personas.keys', [
      { name: 'cluster', type: 'INTEGER', values: identity.personas.map(({ cluster }) => cluster) },
      { name: 'persona_key', type: 'VARCHAR', values: identity.personas.map(({ key }) => key) },
    ]);
    const memberships = await saveAndShow(session, 'personas.memberships', sql('memberships'), { uncertain_below: config.personas.uncertainBelow });
    const whales = await saveAndShow(session, 'personas.whales', sql('whales'), { whales: whaleCount(config.personas, memberships.rows ?? 0) });
    const { gapFactor, minOrders } = config.personas.atRisk;
    const atRisk = await saveAndShow(session, 'personas.at_risk', sql('at_risk'), { gap_factor: gapFactor, min_orders: minOrders });
    progress(0.4, 'sizes');
    const sizes = await session.rows<SizeRow & Record<string, unknown>>(sql('sizes'));
    const described = await describe(session, documents, config.privacy.kMin, { profile: sql('profile'), levels: sql('levels') });
    progress(0.9, 'names');
    const report = assemblePersonas({
      ...documents,
      ...described,
      identity,
      sizes,
      kpis,
      stability: stabilityOf(documents.model, documents.selection),
      whaleRule: whaleRule(config.personas),
      atRiskRule: atRiskRule(config.personas),
    });
    const outputs = {
      'personas.personas': await deps.artifacts.writeJson('personas.personas', report),
      'personas.memberships': memberships,
      'personas.at_risk': atRisk,
      'personas.whales': whales,
    };
    return { outputs, rowsIn: inputs['clustering.assignments'].rows, rowsOut: memberships.rows, ...summarise(report) };
  } finally {
    await session.close();
  }
}

async function readDocuments({ deps: { artifacts }, inputs }: StageWork): Promise<Documents> {
  const optional = async <T>(name: string): Promise<T | null> => (inputs[name] ? artifacts.readJson<T>(inputs[name]) : null);
  return {
    features: await artifacts.readJson<FeaturesReport>(inputs['features.report']),
    model: await artifacts.readJson<ClusterModel>(inputs['clustering.model']),
    preprocessing: await artifacts.readJson<Preprocessing>(inputs['prepare.preprocessing']),
    selection: await artifacts.readJson<SelectionReport>(inputs['selection.report']),
    parent: await optional<PersonasReport>('parent.personas'),
    applied: await optional<PersonasReport>('model.personas'),
    parentRelease: (await optional<{ readonly release: number }>('parent.release'))?.release ?? null,
  };
}

async function identifyClusters({ config, run, inputs }: StageWork, session: SqlSession, { parent, applied, model }: Documents, overlapSql: string) {
  const overlaps = parent === null || !inputs['parent.memberships'] ? [] : await overlapsWith(inputs['parent.memberships'], session, overlapSql);
  if (applied) return carryOver(applied, parent, overlaps);
  const birth = { project: config.project, asOf: run.asOf, modelDigest: inputs['clustering.model'].sha256 };
  return identify(inputs['parent.memberships'] ? parent : null, overlaps, model.k, config.personas.minOverlap, birth);
}

async function overlapsWith(memberships: ArtifactRef, session: SqlSession, overlapSql: string): Promise<Overlap[]> {
  await session.view('parent.memberships', memberships);
  const rows = await session.rows<{ persona_key: string; cluster: number; customers: number }>(overlapSql);
  return rows.map(({ persona_key: personaKey, cluster, customers }): Overlap => ({ personaKey, cluster, customers }));
}

/** Profiles and categories of each cluster, and which features say the same thing. */
async function describe(session: SqlSession, { features, model, preprocessing, applied }: Documents, kMin: number, sql: { readonly profile: string; readonly levels: string }) {
  const specs = numericFeatures(features.features);
  const numbers = specs.map(({ name }) => `${quoteIdent(name)}::DOUBLE AS ${quoteIdent(name)}`);
  await session.table('personas.numbers', `SELECT ${['pid', ...numbers].join(', ')} FROM features.features`);
  const { matrix } = await session.matrix('SELECT * FROM personas.numbers ORDER BY pid');
  const z = standings(matrix, await labelsOf(session), model.k, preprocessing);
  const sizes = applied ? (await assignedSizes(session, model.k)).sizes : model.sizes;
  const rows = await session.rows<ProfileRow & Record<string, unknown>>(sql.profile);
  const correlations = rankCorrelations(matrix);
  const levels = await levelRows(session, features.features, sql.levels);
  return {
    specs,
    profiles: sizes.map((size, cluster) => profileOf(cluster, size, specs, rows, z[cluster], kMin)),
    categories: categoryProfiles(features.features, levels, sizes, kMin),
    alike: { traits: alikeness(specs, matrix.names, correlations, ALIKE_TRAITS), words: alikeness(specs, matrix.names, correlations, ALIKE_WORDS) },
  };
}

/** Clusters in the order of `pid`, as the features are read. */
async function labelsOf(session: SqlSession): Promise<Int32Array> {
  const { matrix }: { matrix: Matrix } = await session.matrix('SELECT pid, cluster::DOUBLE AS cluster FROM clustering.assignments ORDER BY pid');
  return Int32Array.from(matrix.values);
}

async function levelRows(session: SqlSession, specs: readonly FeatureSpec[], levelsSql: string): Promise<LevelRow[]> {
  const texts = specs.filter(({ kind }) => kind === 'category').map(({ name }) => `coalesce(${quoteIdent(name)}::VARCHAR, '(missing)') AS ${quoteIdent(name)}`);
  if (texts.length === 0) return [];
  await session.table('personas.texts', `SELECT ${['pid', ...texts].join(', ')} FROM features.features`);
  return session.rows<LevelRow & Record<string, unknown>>(levelsSql);
}

/** Write a table as an artifact and read it under its own name from then on. */
async function saveAndShow(session: SqlSession, name: string, select: string, params = {}): Promise<ArtifactRef> {
  const ref = await session.save(name, select, params);
  await session.view(name, ref);
  return ref;
}

function summarise({ personas: all, retired, customers, whales, atRisk }: PersonasReport): Pick<StageOutput, 'summary' | 'warnings' | 'facts'> {
  const born = all.filter(({ change }) => change === 'born').length;
  const summary = `${all.length} personas of ${customers.toLocaleString('en-GB')} customers: ${all.length - born} continued, ${born} new, ${retired.length} retired`;
  const warnings = all
    .filter(({ stability }) => stability.label === 'not to be trusted')
    .map(({ name, key, stability }) => `"${name}" (${key}) does not survive resampling: mean Jaccard ${stability.jaccard?.toFixed(2) ?? 'unknown'}`);
  const facts = {
    personas: all.map(({ key, name, customers: size, share, revenueShare, change }) => ({ key, name, customers: size, share, revenueShare, change })),
    retired: retired.map(({ key }) => key),
    whales: whales.customers,
    atRisk: atRisk.customers,
  };
  return { summary, warnings, facts };
}
