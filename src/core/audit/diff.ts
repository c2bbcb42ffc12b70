import type { Manifest, ManifestFacts } from '../../contracts/manifest';
import { STAGES, type Stage } from '../../contracts/stages';
import { canonicalJson } from './canonical-json';

/** A value that differs, by its path (`modeling.clusters.max`); null where a side lacks it. */
export interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const same = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null);

/** Where two plain values differ, in the order of their keys; lists are compared as a whole. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => differences(before[key], after[key], path === '' ? key : `${path}.${key}`));
  }
  return same(before, after) ? [] : [{ path, before: before ?? null, after: after ?? null }];
}

type Input = ManifestFacts['inputs'][number];

/** A source file of one side or both; files are matched by role and name. */
export interface InputChange {
  readonly role: string;
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly rowsBefore: number | null;
  readonly rowsAfter: number | null;
}

const isSource = ({ role }: Input): boolean => role !== 'parent' && role !== 'extract';
const idOf = ({ role, name }: Input): string => `${role}/${name}`;

function inputChanges(before: readonly Input[], after: readonly Input[]): InputChange[] {
  const [a, b] = [new Map(before.map((i) => [idOf(i), i])), new Map(after.map((i) => [idOf(i), i]))];
  return [...new Set([...a.keys(), ...b.keys()])].sort().flatMap((id) => {
    const [x, y] = [a.get(id), b.get(id)];
    if (x?.sha256 === y?.sha256) return [];
    const { role, name } = (x ?? y)!;
    return [{ role, name, change: x === undefined ? 'added' : y === undefined ? 'removed' : 'changed', rowsBefore: x?.rows ?? null, rowsAfter: y?.rows ?? null } as const];
  });
}

export type Cause = 'data' | 'as-of' | 'config' | 'code' | 'engine' | 'seed' | 'project key' | 'parent release' | 'earlier stages';

/** Whether a stage came out the same, and which of the things it depends on are not. */
export interface StageDiff {
  readonly stage: Stage;
  /** Names of its outputs whose bytes differ, or that one side lacks. */
  readonly changed: readonly string[];
  readonly because: readonly Cause[];
}

export interface RunDiff {
  readonly same: boolean;
  readonly sameResults: boolean;
  readonly data: { readonly inputs: readonly InputChange[]; readonly other: readonly Difference[] };
  readonly config: readonly Difference[];
  readonly code: readonly Difference[];
  /** What was decided about the model: algorithm, k, preparation, parent. */
  readonly model: readonly Difference[];
  readonly stages: readonly StageDiff[];
  /** The first stage that came out differently; null where none did. */
  readonly first: StageDiff | null;
}

/** What is compared of a run, beside its manifest. */
export interface DiffSide {
  readonly manifest: Manifest;
  /** The config without places. */
  readonly config: unknown;
  /** By stage: a hash over the slice of config and own SQL it depends on; undefined where that is not known. */
  readonly slices: Readonly<Partial<Record<Stage, string>>>;
}

const outputsOf = ({ facts }: Manifest): Map<string, ManifestFacts['results']['outputs'][number]> => new Map(facts.results.outputs.map((output) => [output.name, output]));

function modelOf({ facts }: Manifest): unknown {
  const { selection, preparation } = facts.results.decisions as {
    readonly selection?: { readonly rule?: unknown; readonly chosen?: Readonly<Record<string, unknown>> };
    readonly preparation?: { readonly columns?: readonly { readonly name?: string }[]; readonly dropped?: readonly { readonly name?: string }[] };
  };
  const { algorithm, model, k } = selection?.chosen ?? {};
  const names = (columns: readonly { readonly name?: string }[] | undefined): unknown => (columns ?? []).map(({ name }) => name ?? null);
  return { algorithm: algorithm ?? null, model: model ?? null, k: k ?? null, columns: names(preparation?.columns), dropped: names(preparation?.dropped), parentRelease: facts.parentRelease };
}

/**
 * What differs between two runs, and where it comes from: their data, config, code or model, and stage by stage.
 *
 * A stage's causes are the things its outputs depend on that differ; a stage with causes may still come out the same.
 */
export function diffRuns(before: DiffSide, after: DiffSide): RunDiff {
  const [a, b] = [before.manifest.facts, after.manifest.facts];
  const [outputsA, outputsB] = [outputsOf(before.manifest), outputsOf(after.manifest)];
  const inputs = inputChanges(a.inputs.filter(isSource), b.inputs.filter(isSource));
  const [parentA, parentB] = [a.inputs, b.inputs].map((list) => list.filter(({ role }) => role === 'parent'));
  const differs = (name: string): boolean => outputsA.get(name)?.ref.sha256 !== outputsB.get(name)?.ref.sha256;
  const names = [...new Set([...outputsA.keys(), ...outputsB.keys()])].sort();

  const stages = STAGES.filter((stage) => stage !== 'publish').map((stage): StageDiff => {
    const own = names.filter((name) => name.startsWith(`${stage}.`));
    const from = new Set(own.flatMap((name) => [...(outputsA.get(name)?.from ?? []), ...(outputsB.get(name)?.from ?? [])]));
    const causes: readonly (readonly [Cause, boolean])[] = [
      ['data', stage === 'extract' && inputs.length > 0],
      ['as-of', a.asOf !== b.asOf || a.knownAt !== b.knownAt],
      ['config', before.slices[stage] !== after.slices[stage]],
      ['code', a.code.stages[stage] !== b.code.stages[stage]],
      ['engine', !same(a.engine, b.engine)],
      ['seed', a.seed !== b.seed],
      ['project key', stage === 'extract' && a.projectKeyId !== b.projectKeyId],
      ['parent release', stage === 'personas' && (a.parentRelease !== b.parentRelease || !same(parentA, parentB))],
      ['earlier stages', [...from].some((name) => !name.startsWith(`${stage}.`) && differs(name))],
    ];
    return { stage, changed: own.filter(differs), because: causes.filter(([, holds]) => holds).map(([cause]) => cause) };
  });
  const placed = ({ asOf, knownAt, projectKeyId }: ManifestFacts): unknown => ({ asOf, knownAt, projectKeyId });
  return {
    same: before.manifest.digest === after.manifest.digest,
    sameResults: before.manifest.resultDigest === after.manifest.resultDigest,
    data: { inputs, other: differences(placed(a), placed(b)) },
    config: differences(before.config, after.config),
    code: differences({ ...a.code, engine: a.engine }, { ...b.code, engine: b.engine }),
    model: differences(modelOf(before.manifest), modelOf(after.manifest)),
    stages,
    first: stages.find(({ changed }) => changed.length > 0) ?? null,
  };
}
