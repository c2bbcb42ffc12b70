import type { ArtifactRef } from '../../contracts/artifacts';
import type { Manifest, ManifestFacts } from '../../contracts/manifest';
import type { QualityCheckResult } from '../../contracts/reports';
import type { RunContext, StageResult } from '../../contracts/run';
import type { Lineage, TableSchema } from '../../core/ports';
import { facetMaker, producerOf, RUN_EVENT_SCHEMA, uuidOf, type Facets } from './facets';
import type { RunEvent } from './schema';

type Ended = Parameters<Lineage['ended']>[0];
type Place = Pick<ManifestFacts, 'project' | 'environment' | 'asOf'>;

const DAY_MS = 86_400_000;

const namespaceOf = ({ project, environment }: Place): string => `dramatis/${project}/${environment}`;

/** The as-of day as the nominal time of a run: its start, and the start of the next day. */
function nominalTime(facet: Facets, { asOf }: Place) {
  const start = Date.parse(`${asOf}T00:00:00Z`);
  return facet('NominalTimeRunFacet', {
    nominalStartTime: new Date(start).toISOString(),
    nominalEndTime: new Date(start + DAY_MS).toISOString(),
  });
}

function rootEvent(place: Place, run: { readonly runId: string; readonly attempt: number }, producer: string) {
  const facet = facetMaker(producer);
  return {
    producer,
    schemaURL: RUN_EVENT_SCHEMA,
    run: { runId: uuidOf(run.runId, run.attempt), facets: { nominalTime: nominalTime(facet, place) } },
    job: { namespace: namespaceOf(place), name: 'refresh' },
  };
}

/** Events of an attempt that did not publish: START, then FAIL or ABORT. */
export function endedEvents({ run, status, startedAt, at, code }: Ended, version: string): RunEvent[] {
  const producer = producerOf(version);
  const root = rootEvent(run, run, producer);
  const facets =
    code === null
      ? root.run.facets
      : {
          ...root.run.facets,
          errorMessage: facetMaker(producer)('ErrorMessageRunFacet', {
            message: code,
            programmingLanguage: 'TypeScript',
          }),
        };
  return [
    { ...root, eventType: 'START', eventTime: startedAt },
    { ...root, eventType: status === 'failed' ? 'FAIL' : 'ABORT', eventTime: at, run: { ...root.run, facets } },
  ];
}

/** Identifier of the run of an attempt, and of each of its stages: what its events are found by. */
export const runIdsOf = (run: Pick<RunContext, 'runId' | 'attempt'>, stages: readonly string[]): string[] => [
  uuidOf(run.runId, run.attempt),
  ...stages.map((stage) => uuidOf(run.runId, run.attempt, stage)),
];

type Datasets = ReturnType<typeof datasets>;

/** Artifacts keep their name; a source file is called by its role and its own name. */
const inputName = ({ role, name }: ManifestFacts['inputs'][number]): string =>
  role === 'parent' || role === 'extract' ? name : `${role}/${name}`;

/** Datasets of a manifest by name: source files and parent tables, then outputs; each with its SHA-256 as its version. */
function datasets({ facts }: Manifest, schemas: Readonly<Record<string, TableSchema>>, facet: Facets) {
  const namespace = namespaceOf(facts);
  const dataset = (name: string, sha256: string) => ({
    namespace,
    name,
    facets: {
      version: facet('DatasetVersionDatasetFacet', { datasetVersion: sha256 }),
      ...(schemas[name] && {
        schema: facet('SchemaDatasetFacet', { fields: schemas[name].columns.map((column) => ({ ...column })) }),
      }),
    },
  });
  const given = facts.inputs.map((input) => dataset(inputName(input), input.sha256));
  const made = facts.results.outputs.map(({ name, ref }) => dataset(name, ref.sha256));
  return new Map([...given, ...made].map((entry) => [entry.name, entry]));
}

function outputOf(all: Datasets, name: string, { rows, bytes }: ArtifactRef, facet: Facets) {
  const statistics = facet('OutputStatisticsOutputDatasetFacet', {
    ...(rows !== null && { rowCount: rows }),
    size: bytes,
  });
  return { ...all.get(name)!, outputFacets: { outputStatistics: statistics } };
}

/** The quality checks of one source, as assertions on the table they tested. */
function assertionsOn(name: string, { facts }: Manifest, facet: Facets) {
  const quality = facts.results.decisions.quality as { readonly checks?: readonly QualityCheckResult[] } | undefined;
  const checks = (quality?.checks ?? []).filter(({ source }) => name === `extract.${source}`);
  if (checks.length === 0) return {};
  const assertions = checks.map(({ id, passed }) => ({ assertion: id, success: passed }));
  return { inputFacets: { dataQualityAssertions: facet('DataQualityAssertionsDatasetFacet', { assertions }) } };
}

function stageEvents(
  manifest: Manifest,
  { stage, observed }: StageResult,
  all: Datasets,
  root: ReturnType<typeof rootEvent>,
  facet: Facets,
): RunEvent[] {
  const { runId, attempt } = manifest.observations;
  const outputs = manifest.facts.results.outputs.filter(({ name }) => name.startsWith(`${stage}.`));
  const from = new Set(outputs.flatMap((output) => output.from));
  const inputs = [...all.values()].filter(({ name }) => from.has(name) || from.has(`source.${name.split('/')[0]}`));
  const base = {
    ...root,
    job: { ...root.job, name: `refresh.${stage}` },
    run: {
      runId: uuidOf(runId, attempt, stage),
      facets: {
        ...root.run.facets,
        parent: facet('ParentRunFacet', { run: { runId: root.run.runId }, job: root.job }),
      },
    },
  };
  const ended = new Date(Date.parse(observed.startedAt) + observed.ms).toISOString();
  return [
    { ...base, eventType: 'START', eventTime: observed.startedAt },
    {
      ...base,
      eventType: 'COMPLETE',
      eventTime: ended,
      inputs: inputs.map((input) => ({
        ...input,
        ...(stage === 'quality' ? assertionsOn(input.name, manifest, facet) : {}),
      })),
      outputs: outputs.map(({ name, ref }) => outputOf(all, name, ref, facet)),
    },
  ];
}

/** Events of an attempt that ended well: START and COMPLETE of the run, and of each stage as its child. */
export function completedEvents(
  manifest: Manifest,
  schemas: Readonly<Record<string, TableSchema>>,
  version: string,
): RunEvent[] {
  const { facts, observations } = manifest;
  const facet = facetMaker(producerOf(version));
  const root = rootEvent(facts, observations, producerOf(version));
  const all = datasets(manifest, schemas, facet);
  const given = facts.inputs.map((input) => all.get(inputName(input))!);
  const engine = facet('ProcessingEngineRunFacet', { version: facts.engine.duckdb ?? 'unknown', name: 'DuckDB' });
  return [
    { ...root, eventType: 'START', eventTime: observations.startedAt },
    ...observations.stages.flatMap((stage) => stageEvents(manifest, stage, all, root, facet)),
    {
      ...root,
      eventType: 'COMPLETE',
      eventTime: observations.finishedAt,
      run: { ...root.run, facets: { ...root.run.facets, processing_engine: engine } },
      inputs: given,
      outputs: facts.results.outputs.map(({ name, ref }) => outputOf(all, name, ref, facet)),
    },
  ];
}
