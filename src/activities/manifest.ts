import type { ArtifactRef, ArtifactRefs } from '../contracts/artifacts';
import type { PublishInput } from '../contracts/activities';
import type { ChallengeReport, DriftReport } from '../contracts/drift';
import { PipelineError } from '../contracts/errors';
import type { ManifestFacts, ManifestResults } from '../contracts/manifest';
import type { Preprocessing } from '../contracts/model';
import type { PersonasReport } from '../contracts/personas';
import type { CleanReport, ExtractReport, QualityReport } from '../contracts/reports';
import type { RunContext, StageResult } from '../contracts/run';
import type { HoldoutReport, IndependentCheck, SecondSample, SelectionReport } from '../contracts/selection';
import type { ResolvedProject } from '../config/project';
import { idempotencyKey, looksAhead, withoutPlaces } from '../core/audit';
import { publishedHoldout } from '../core/clustering/holdout/published';
import { DENSITY_ROWS } from '../core/clustering/density/stored';
import { publishedPersonas } from '../core/personas';
import type { ArtifactStore, CodeDigests } from '../core/ports';
import { discreet } from '../core/privacy/discreet';
import { shownOrNull, suppress } from '../core/privacy/suppress';
import { discreetSelection, shownSizes } from '../core/selection/discreet';

export interface ManifestDeps {
  readonly artifacts: ArtifactStore;
  readonly code: CodeDigests;
  readonly engine: Readonly<Record<string, string>>;
}

/**
 * The report of what was read names the source files by hash, so it stands with the inputs: as a result it would make the
 * result digest differ for the same rows in another order.
 */
const READING = 'extract.report';

/** Every output of the stages so far, by `<stage>.<output>`. */
export function outputsOf(stages: readonly StageResult[]): ArtifactRefs {
  return Object.assign({}, ...stages.map(({ outputs }) => outputs)) as ArtifactRefs;
}

/** What a release lists and targets may deliver: all outputs but what is kept of single customers only to score others. The model names that by its hash. */
export function releasedOutputs(stages: readonly StageResult[]): ArtifactRefs {
  const { [DENSITY_ROWS]: _, ...released } = outputsOf(stages);
  return released;
}

function need(outputs: ArtifactRefs, name: string): ArtifactRef {
  const ref = outputs[name];
  if (ref === undefined)
    throw new PipelineError('OBJECT_MISSING', `the manifest needs ${name}, which no stage gave`, { name });
  return ref;
}

/** The key under which a run's release is committed once; known as soon as extract has read the sources. */
export async function idempotencyKeyOf(
  { artifacts, code, engine }: ManifestDeps,
  run: RunContext,
  stages: readonly StageResult[],
): Promise<string> {
  const extract = await artifacts.readJson<ExtractReport>(need(outputsOf(stages), READING));
  const { project, environment, asOf, knownAt, configDigest, reprocess, scoring } = run;
  return idempotencyKey({
    project,
    environment,
    asOf,
    knownAt,
    mode: scoring ? 'score' : 'refit',
    ...(scoring && { model: scoring.sha256 }),
    configDigest,
    codeDigest: code.digest,
    engine,
    projectKeyId: extract.projectKeyId,
    ...(extract.erased !== undefined && { erased: extract.erased }),
    inputs: extract.sources.flatMap(({ role, files }) => files.map(({ sha256 }) => ({ role, sha256 }))),
    reprocess,
  });
}

/**
 * Collect what two runs of the same thing share: inputs, code, engine, config, parent, decisions with their evidence, outputs.
 *
 * @param parent Tables of the parent release by `parent.<output>`; empty for a first release.
 * @param reads Names of the artifacts each stage read.
 */
export async function collectFacts(
  { artifacts, code, engine }: ManifestDeps,
  { run, stages, parentRelease, model = {} }: Pick<PublishInput, 'run' | 'stages' | 'parentRelease' | 'model'>,
  parent: ArtifactRefs,
  reads: Readonly<Record<string, readonly string[]>>,
): Promise<ManifestFacts> {
  const outputs = outputsOf(stages);
  const extract = await artifacts.readJson<ExtractReport>(need(outputs, READING));
  const resolved = await artifacts.readJson<ResolvedProject>(run.resolved);
  const { project, environment, asOf, knownAt, configDigest, scoring } = run;
  return {
    project,
    environment,
    asOf,
    knownAt,
    mode: scoring ? 'score' : 'refit',
    ...(scoring && { scoring, lookAhead: looksAhead(run) }),
    inputs: [
      ...sourceInputs(extract),
      ...artifactInputs('extract', { [READING]: need(outputs, READING) }),
      ...artifactInputs('parent', parent),
      ...(resolved.notes ? artifactInputs('project', { 'project.notes': resolved.notes }) : []),
      ...artifactInputs('model', model),
    ],
    code,
    engine,
    config: { digest: configDigest, resolved: await artifacts.writeJson('project.config', withoutPlaces(resolved)) },
    projectKeyId: extract.projectKeyId,
    parentRelease,
    seed: resolved.config.modeling.seed,
    results: {
      decisions: await decisionsOf(artifacts, outputs, extract, resolved.config.privacy.kMin),
      outputs: listOutputs(stages, sourceNames(extract), { ...parent, ...model }, reads),
    },
  };
}

const byName = <T extends { readonly name: string }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

function sourceInputs({ sources }: ExtractReport): ManifestFacts['inputs'] {
  return sources.flatMap(({ role, files }) =>
    byName(files).map(({ name, sha256, bytes, rows }) => ({ role, name, sha256, bytes, rows })),
  );
}

const artifactInputs = (role: string, refs: ArtifactRefs): ManifestFacts['inputs'] =>
  byName(
    Object.entries(refs).map(([name, { sha256, bytes, rows }]) => ({ role, name, sha256, bytes, rows: rows ?? 0 })),
  );

/** Of a run in `auto` mode: which model it could have applied, and why it did or did not. */
const modeDecision = ({ model, choice, findings }: DriftReport): Readonly<Record<string, unknown>> => ({ model, ...choice, findings });

/** Sources as `from` names them: by role, because the same rows may come in other files. */
const sourceNames = ({ sources }: ExtractReport): string[] => sources.map(({ role }) => `source.${role}`).sort();

function listOutputs(
  stages: readonly StageResult[],
  sources: readonly string[],
  given: ArtifactRefs,
  reads: Readonly<Record<string, readonly string[]>>,
): ManifestResults['outputs'] {
  const known = new Set([...Object.keys(outputsOf(stages)), ...Object.keys(given)]);
  const list = stages.flatMap(({ stage, outputs }) => {
    const from = stage === 'extract' ? sources : (reads[stage] ?? []).filter((name) => known.has(name));
    return Object.entries(outputs).map(([name, ref]) => ({ name, ref, from }));
  });
  return byName(list.filter(({ name }) => name !== READING && name !== DENSITY_ROWS));
}

/** Each decision of the run with the evidence it was made on; no count of 1 to kMin − 1 customers. */
async function decisionsOf(
  artifacts: ArtifactStore,
  outputs: ArtifactRefs,
  extract: ExtractReport,
  kMin: number,
): Promise<ManifestResults['decisions']> {
  const read = <T>(name: string): Promise<T> => artifacts.readJson<T>(need(outputs, name));
  const quality = await read<QualityReport>('quality.report');
  const clean = await read<CleanReport>('clean.report');
  const preprocessing = await read<Preprocessing>('prepare.preprocessing');
  const selection = await read<SelectionReport<unknown>>('selection.report');
  const personas = await read<PersonasReport>('personas.personas');
  // Targets get the manifest too: what it says of shared customers is what they may see.
  const shown = publishedPersonas(personas, kMin);
  return {
    extract: extract.sources.map(({ role, rowsIn, kept, rejected }) => ({ role, rowsIn, kept, rejected })),
    quality: { checks: quality.checks, quarantined: quality.quarantined },
    cleaning: clean.steps,
    preparation: { dropped: preprocessing.dropped, columns: preprocessing.columns },
    ...(outputs['drift.report'] && { mode: modeDecision(await read<DriftReport>('drift.report')) }),
    ...(outputs['challenge.report'] && { challenge: await read<ChallengeReport>('challenge.report') }),
    selection: selectionDecision(selection, kMin),
    secondSample: discreetSecond(await read<SecondSample>('clustering.second'), kMin),
    holdout: outputs['clustering.holdout'] ? publishedHoldout(await read<HoldoutReport>('clustering.holdout'), kMin) : null,
    independentCheck: await read<IndependentCheck>('clustering.check'),
    personas: {
      parentRelease: personas.parentRelease,
      personas: shown.personas.map(({ key, name, naming, change, overlap, cluster, customers, identity }) => ({
        key,
        name,
        naming,
        change,
        overlap,
        cluster,
        customers,
        identity,
      })),
      retired: shown.retired,
    },
  };
}

const discreetSecond = ({ rows, finding, ...second }: SecondSample, kMin: number) => ({
  ...second,
  rows: shownOrNull(suppress(rows, kMin)),
  finding: discreet(finding, [], kMin),
});

/** The choice and every number a candidate was judged by; centroids and solutions stay in the selection report. */
function selectionDecision(report: SelectionReport<unknown>, kMin: number) {
  const { candidates, finalists, dendrogram: _tree, chosen: { solution: _solution, ...chosen }, blrt = null, ...rest } = discreetSelection(report, kMin);
  const judged = candidates.map((candidate) => {
    const { centroids: _, ...numbers } = candidate;
    return { ...numbers, ...shownSizes(candidate, kMin) };
  });
  const outside = (share: number): number => Math.round((1 - share) * rest.sample.customers);
  return {
    ...rest,
    candidates: judged,
    finalists: finalists.map((finalist) => (suppress(outside(finalist.assigned), kMin) === 'small' ? { ...finalist, assigned: null } : finalist)),
    chosen,
    blrt,
  };
}
