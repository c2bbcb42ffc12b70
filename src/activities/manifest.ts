import type { ArtifactRef, ArtifactRefs } from '../contracts/artifacts';
import type { PublishInput } from '../contracts/activities';
import { PipelineError } from '../contracts/errors';
import type { ManifestFacts, ManifestResults } from '../contracts/manifest';
import type { Preprocessing } from '../contracts/model';
import type { PersonasReport } from '../contracts/personas';
import type { CleanReport, ExtractReport, QualityReport } from '../contracts/reports';
import type { RunContext, StageResult } from '../contracts/run';
import type { HoldoutReport, IndependentCheck, SecondSample, SelectionReport } from '../contracts/selection';
import type { ResolvedProject } from '../config/project';
import { idempotencyKey, withoutPlaces } from '../core/audit';
import type { ArtifactStore, CodeDigests } from '../core/ports';

export interface ManifestDeps {
  readonly artifacts: ArtifactStore;
  readonly code: CodeDigests;
  readonly engine: Readonly<Record<string, string>>;
}

/** The only way a run is matched to a release of before: `refit`, the personas' model is fitted on the run's own day. */
const MODE = 'refit';

/**
 * The report of what was read names the source files by hash, so it stands with the inputs: as a result it would make the
 * result digest differ for the same rows in another order.
 */
const READING = 'extract.report';

/** Every output of the stages so far, by `<stage>.<output>`. */
export function outputsOf(stages: readonly StageResult[]): ArtifactRefs {
  return Object.assign({}, ...stages.map(({ outputs }) => outputs)) as ArtifactRefs;
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
  const { project, environment, asOf, knownAt, configDigest, reprocess } = run;
  return idempotencyKey({
    project,
    environment,
    asOf,
    knownAt,
    mode: MODE,
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
  { run, stages, parentRelease }: Pick<PublishInput, 'run' | 'stages' | 'parentRelease'>,
  parent: ArtifactRefs,
  reads: Readonly<Record<string, readonly string[]>>,
): Promise<ManifestFacts> {
  const outputs = outputsOf(stages);
  const extract = await artifacts.readJson<ExtractReport>(need(outputs, READING));
  const resolved = await artifacts.readJson<ResolvedProject>(run.resolved);
  const { project, environment, asOf, knownAt, configDigest } = run;
  return {
    project,
    environment,
    asOf,
    knownAt,
    mode: MODE,
    inputs: [
      ...sourceInputs(extract),
      ...artifactInputs('extract', { [READING]: need(outputs, READING) }),
      ...artifactInputs('parent', parent),
    ],
    code,
    engine,
    config: { digest: configDigest, resolved: await artifacts.writeJson('project.config', withoutPlaces(resolved)) },
    projectKeyId: extract.projectKeyId,
    parentRelease,
    seed: resolved.config.modeling.seed,
    results: {
      decisions: await decisionsOf(artifacts, outputs, extract),
      outputs: listOutputs(stages, sourceNames(extract), parent, reads),
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

/** Sources as `from` names them: by role, because the same rows may come in other files. */
const sourceNames = ({ sources }: ExtractReport): string[] => sources.map(({ role }) => `source.${role}`).sort();

function listOutputs(
  stages: readonly StageResult[],
  sources: readonly string[],
  parent: ArtifactRefs,
  reads: Readonly<Record<string, readonly string[]>>,
): ManifestResults['outputs'] {
  const known = new Set([...Object.keys(outputsOf(stages)), ...Object.keys(parent)]);
  const list = stages.flatMap(({ stage, outputs }) => {
    const from = stage === 'extract' ? sources : (reads[stage] ?? []).filter((name) => known.has(name));
    return Object.entries(outputs).map(([name, ref]) => ({ name, ref, from }));
  });
  return byName(list.filter(({ name }) => name !== READING));
}

/** Each decision of the run with the evidence it was made on. */
async function decisionsOf(
  artifacts: ArtifactStore,
  outputs: ArtifactRefs,
  extract: ExtractReport,
): Promise<ManifestResults['decisions']> {
  const read = <T>(name: string): Promise<T> => artifacts.readJson<T>(need(outputs, name));
  const quality = await read<QualityReport>('quality.report');
  const clean = await read<CleanReport>('clean.report');
  const preprocessing = await read<Preprocessing>('prepare.preprocessing');
  const selection = await read<SelectionReport>('selection.report');
  const personas = await read<PersonasReport>('personas.personas');
  return {
    extract: extract.sources.map(({ role, rowsIn, kept, rejected }) => ({ role, rowsIn, kept, rejected })),
    quality: { checks: quality.checks, quarantined: quality.quarantined },
    cleaning: clean.steps,
    preparation: { dropped: preprocessing.dropped, columns: preprocessing.columns },
    selection: selectionDecision(selection),
    secondSample: await read<SecondSample>('clustering.second'),
    holdout: outputs['clustering.holdout'] ? await read<HoldoutReport>('clustering.holdout') : null,
    independentCheck: await read<IndependentCheck>('clustering.check'),
    personas: {
      parentRelease: personas.parentRelease,
      personas: personas.personas.map(({ key, name, change, overlap, cluster, customers }) => ({
        key,
        name,
        change,
        overlap,
        cluster,
        customers,
      })),
      retired: personas.retired,
    },
  };
}

/** The choice and every number a candidate was judged by; centroids and solutions stay in the selection report. */
function selectionDecision({
  rule,
  between,
  limits,
  range,
  candidates,
  finalists,
  withoutFinalist,
  chosen: { solution: _solution, ...chosen },
  why,
  evidence,
  blrt = null,
  warnings,
  sample,
}: SelectionReport) {
  const judged = candidates.map(({ centroids: _, ...numbers }) => numbers);
  return { rule, between, limits, range, candidates: judged, finalists, withoutFinalist, chosen, why, evidence, blrt, warnings, sample };
}
