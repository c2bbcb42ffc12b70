import type { ArtifactRef, ArtifactRefs } from '../contracts/artifacts';
import type { FeaturesReport, FeatureSpec } from '../contracts/features';
import type { ClusterModel, Preprocessing } from '../contracts/model';
import type { ProjectNotes } from '../contracts/notes';
import type { PersonaChange, PersonasReport } from '../contracts/personas';
import type { SelectionReport } from '../contracts/selection';
import { quoteIdent } from '../core/sql/identifiers';
import type { Matrix } from '../core/linalg/matrix';
import type { Identity, LevelRow, Overlap, ProfileRow, SizeRow } from '../core/personas';
import {
  alikeness, asCurrentPersonas, assemblePersonas, assertPinned, attachNotes, carryOver, publishedPersonas, categoryProfiles, identify, kpiColumns, numericFeatures, profileDistance, profileOf, rankCorrelations, stabilityOf, standings,
  whaleCount, whaleRule, atRiskRule,
} from '../core/personas';
import type { SqlSession } from '../core/ports';
import { assignedSizes } from './assignments-table';
import type { StageDefinition, StageOutput, StageWork } from './stage';

const MODELS = ['profile', 'levels', 'overlap', 'memberships', 'at_risk', 'whales', 'sizes', 'events', 'migration'] as const;

/** What a first release moved from: nobody was a customer. */
const NOBODY = "SELECT ''::VARCHAR AS pid, NULL::VARCHAR AS persona_key WHERE false";

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
  extraKey: ({ project }) => Promise.resolve(project.notes === undefined ? [] : [project.notes.sha256]),
  sqlOf: () => MODELS.map((name) => `personas/${name}`),
  work: makePersonas,
};

/** The documents the stage reads. */
interface Documents {
  readonly features: FeaturesReport;
  readonly model: ClusterModel<unknown>;
  readonly preprocessing: Preprocessing;
  readonly selection: SelectionReport<unknown>;
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
    const described = await describe(session, documents, config.privacy.kMin, { profile: sql('profile'), levels: sql('levels') });
    progress(0.5, 'identity');
    const identity = await identifyClusters(work, session, documents, described, sql('overlap'));
    if (config.personas.identity.mode === 'pinned') assertPinned(identity, documents.parent, documents.parentRelease, config.privacy.kMin);
    await session.insert('personas.keys', [
      { name: 'cluster', type: 'INTEGER', values: identity.personas.map(({ cluster }) => cluster) },
      { name: 'persona_key', type: 'VARCHAR', values: identity.personas.map(({ key }) => key) },
    ]);
    const memberships = await saveAndShow(session, 'personas.memberships', sql('memberships'), { uncertain_below: config.personas.uncertainBelow });
    const whales = await saveAndShow(session, 'personas.whales', sql('whales'), { whales: whaleCount(config.personas, memberships.rows ?? 0) });
    const { gapFactor, minOrders } = config.personas.atRisk;
    const atRisk = await saveAndShow(session, 'personas.at_risk', sql('at_risk'), { gap_factor: gapFactor, min_orders: minOrders });
    progress(0.8, 'sizes');
    if (documents.parent === null || !inputs['parent.memberships']) await session.table('parent.memberships', NOBODY);
    const events = await saveAndShow(session, 'personas.events', sql('events'));
    const migration = await session.save('personas.migration', sql('migration'));
    const sizes = await session.rows<SizeRow & Record<string, unknown>>(sql('sizes'));
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
    const { outputs: noted, warnings: stray } = await noteOutputs(work, report);
    const outputs = {
      'personas.personas': await deps.artifacts.writeJson('personas.personas', report),
      'personas.memberships': memberships,
      'personas.at_risk': atRisk,
      'personas.whales': whales,
      'personas.events': events,
      'personas.migration': migration,
      ...noted,
    };
    const said = summarise(report, config.privacy.kMin);
    return { outputs, rowsIn: inputs['clustering.assignments'].rows, rowsOut: memberships.rows, ...said, warnings: [...said.warnings, ...stray] };
  } finally {
    await session.close();
  }
}

/** Interview notes beside the personas they are about, and their pictures: named among the outputs, so that they are kept as long as the release. */
async function noteOutputs({ project, deps: { artifacts } }: StageWork, report: PersonasReport): Promise<{ readonly outputs: ArtifactRefs; readonly warnings: readonly string[] }> {
  if (project.notes === undefined) return { outputs: {}, warnings: [] };
  const notes = await artifacts.readJson<ProjectNotes>(project.notes);
  const attached = attachNotes(notes, report);
  const pictures = new Map(notes.notes.flatMap(({ picture }) => (picture === null ? [] : [[picture.ref.sha256, picture.ref] as const])));
  return {
    outputs: {
      'personas.notes': await artifacts.writeJson('personas.notes', attached.notes),
      ...Object.fromEntries([...pictures.values()].map((ref, i) => [`personas.picture_${i + 1}`, ref])),
    },
    warnings: attached.warnings,
  };
}

async function readDocuments({ deps: { artifacts }, inputs }: StageWork): Promise<Documents> {
  const parent = inputs['parent.personas'];
  const optional = async <T>(name: string): Promise<T | null> => (inputs[name] ? artifacts.readJson<T>(inputs[name]) : null);
  return {
    features: await artifacts.readJson<FeaturesReport>(inputs['features.report']),
    model: await artifacts.readJson<ClusterModel<unknown>>(inputs['clustering.model']),
    preprocessing: await artifacts.readJson<Preprocessing>(inputs['prepare.preprocessing']),
    selection: await artifacts.readJson<SelectionReport<unknown>>(inputs['selection.report']),
    parent: parent === undefined ? null : asCurrentPersonas(await artifacts.readJson<PersonasReport>(parent)),
    applied: inputs['model.personas'] ? asCurrentPersonas(await artifacts.readJson<PersonasReport>(inputs['model.personas'])) : null,
    parentRelease: (await optional<{ readonly release: number }>('parent.release'))?.release ?? null,
  };
}

/** Who each cluster is: of a model of before that is applied the personas of its release, else by the customers it shares with the parent release's and by its profile. */
async function identifyClusters(
  { config, run, inputs }: StageWork,
  session: SqlSession,
  { parent, applied, model }: Documents,
  { specs, profiles }: Described,
  overlapSql: string,
): Promise<Identity> {
  const { minOverlap, identity } = config.personas;
  const rule = { minOverlap, ...identity };
  const birth = { project: config.project, asOf: run.asOf, modelDigest: inputs['clustering.model'].sha256 };
  const memberships = inputs['parent.memberships'];
  const overlaps = parent === null || !memberships ? [] : await overlapsWith(memberships, session, overlapSql);
  if (applied) return carryOver(applied, parent, overlaps, rule);
  if (parent === null || !memberships) return identify(null, [], model.k, rule, birth);
  const profileOfKey = new Map(parent.personas.map(({ key, profile }) => [key, profile]));
  return identify(parent, overlaps, model.k, rule, birth, (key, cluster) => profileDistance(profileOfKey.get(key) ?? [], profiles[cluster], specs));
}

async function overlapsWith(memberships: ArtifactRef, session: SqlSession, overlapSql: string): Promise<Overlap[]> {
  await session.view('parent.memberships', memberships);
  const rows = await session.rows<{ persona_key: string; cluster: number; customers: number }>(overlapSql);
  return rows.map(({ persona_key: personaKey, cluster, customers }): Overlap => ({ personaKey, cluster, customers }));
}

type Described = Awaited<ReturnType<typeof describe>>;

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

function summarise(report: PersonasReport, kMin: number): Pick<StageOutput, 'summary' | 'warnings' | 'facts'> {
  const { personas: all, retired, customers, whales, atRisk } = publishedPersonas(report, kMin);
  const known = new Set(all.filter(({ identity }) => identity.keyBy !== null).map(({ key }) => key));
  const of = (kind: PersonaChange): number => all.filter(({ change }) => change === kind).length;
  const changes = (['split', 'merged'] as const).filter((kind) => of(kind) > 0).map((kind) => `, ${of(kind)} ${kind}`);
  const summary = `${all.length} personas of ${customers.toLocaleString('en-GB')} customers: ${known.size} continued, ${all.length - known.size} new, ${retired.length} retired${changes.join('')}`;
  const warnings = all
    .filter(({ stability }) => stability.label === 'not to be trusted')
    .map(({ name, key, stability }) => `"${name}" (${key}) does not survive resampling: mean Jaccard ${stability.jaccard?.toFixed(2) ?? 'unknown'}`);
  const facts = {
    personas: all.map(({ key, name, customers: size, share, revenueShare, change }) => ({ key, name, customers: size, share, revenueShare, change })),
    retired: retired.map(({ key }) => key),
    renamed: all.flatMap(({ key, name, naming: { before } }) => (before === null ? [] : [{ key, name, before: before.name, because: before.because }])),
    ends: retired.map(({ key, kind, into }) => ({ key, kind, successor: into[0]?.key ?? null })),
    whales: whales.customers,
    atRisk: atRisk.customers,
  };
  return { summary, warnings, facts };
}
