import { loadModel } from '../../activities/stored-model';
import type { Store } from '../../adapters/store';
import type { FeaturesReport } from '../../contracts/features';
import type { PersonasReport } from '../../contracts/personas';
import { ABSENT, moveMatrix, movesByCause, UNASSIGNED, type Move, type MoveMatrix, type MovesByCause } from '../../core/audit/moves';
import { labelsOf } from '../../core/clustering/assign';
import { toPoints } from '../../core/clustering/points';
import type { SqlSession } from '../../core/ports';
import { applyPreprocessing } from '../../core/prepare';
import { quoteIdent } from '../../core/sql/identifiers';
import { createWorkerDeps, machineOptions } from '../../workers/deps';
import type { FinishedRun } from './run-inputs';

export interface Moves extends MoveMatrix {
  /** Null where the model of the run before reads a feature that the run after does not have. */
  readonly byCause: MovesByCause | null;
}

const artifactOf = ({ manifest }: FinishedRun, name: string) => manifest.facts.results.outputs.find((output) => output.name === name)?.ref;

/**
 * How many customers went from which persona to which, and how many of them because of what they did and how many because of the model;
 * never who.
 *
 * @returns null where the pseudonyms of the runs come from other keys.
 */
export async function movesBetween(store: Store, before: FinishedRun, after: FinishedRun): Promise<Moves | null> {
  const [a, b] = [artifactOf(before, 'personas.memberships'), artifactOf(after, 'personas.memberships')];
  if (!a || !b || before.manifest.facts.projectKeyId !== after.manifest.facts.projectKeyId) return null;
  const kMin = Math.max(before.project.config.privacy.kMin, after.project.config.privacy.kMin);
  const { deps, close } = createWorkerDeps(store, machineOptions());
  const session = await deps.sql.session();
  try {
    await session.view('diff.before', a);
    await session.view('diff.after', b);
    const side = (table: string): string => `CASE WHEN ${table}.pid IS NULL THEN '${ABSENT}' ELSE coalesce(${table}.persona_key, '${UNASSIGNED}') END`;
    const moves = await session.rows<Record<keyof Move, string | number>>(
      `SELECT ${side('b')} AS "from", ${side('a')} AS "to", count(*) AS customers FROM diff.before AS b FULL JOIN diff.after AS a ON a.pid = b.pid GROUP BY ALL ORDER BY ALL`,
    );
    const matrix = moveMatrix(moves.map(({ from, to, customers }) => ({ from: String(from), to: String(to), customers: Number(customers) })), kMin);
    const between = await byTheModelBefore(store, session, before, after);
    return { ...matrix, byCause: between ? await countByCause(session, between, kMin) : null };
  } finally {
    await session.close();
    await close();
  }
}

interface Assigned {
  readonly ids: readonly string[];
  readonly keys: readonly (string | null)[];
}

/** The customers of the run after as the model of the run before sees them: a model is a pure function from features to a persona. */
async function byTheModelBefore({ artifacts }: Store, session: SqlSession, before: FinishedRun, after: FinishedRun): Promise<Assigned | null> {
  const need = (run: FinishedRun, name: string) => artifactOf(run, name)!;
  const { preprocessing, solution } = await loadModel(artifacts, need(before, 'clustering.model'));
  const { features } = await artifacts.readJson<FeaturesReport>(need(after, 'features.report'));
  const names = [...new Set(preprocessing.columns.flatMap(({ from }) => from))];
  if (names.some((name) => !features.some((feature) => feature.name === name && feature.kind !== 'category'))) return null;
  await session.view('features.features', need(after, 'features.features'));
  const columns = names.map((name) => `${quoteIdent(name)}::DOUBLE AS ${quoteIdent(name)}`).join(', ');
  const { ids, matrix } = await session.matrix(`SELECT pid, ${columns} FROM features.features ORDER BY pid`);
  const { personas } = await artifacts.readJson<PersonasReport>(need(before, 'personas.personas'));
  const keyOf = new Map(personas.map(({ cluster, key }) => [cluster, key]));
  const clusters = labelsOf(solution, toPoints(applyPreprocessing(preprocessing, matrix)));
  return { ids, keys: Array.from(clusters, (cluster) => keyOf.get(cluster) ?? null) };
}

async function countByCause(session: SqlSession, { ids, keys }: Assigned, kMin: number): Promise<MovesByCause> {
  await session.insert('diff.between', [
    { name: 'pid', type: 'VARCHAR', values: ids },
    { name: 'persona_key', type: 'VARCHAR', values: keys },
  ]);
  const [row] = await session.rows<{ data: number; model: number; both: number }>(
    `SELECT count(*) FILTER (WHERE d AND NOT m)::INTEGER AS data, count(*) FILTER (WHERE m AND NOT d)::INTEGER AS model, count(*) FILTER (WHERE d AND m)::INTEGER AS both
     FROM (SELECT b.persona_key IS DISTINCT FROM x.persona_key AS d, x.persona_key IS DISTINCT FROM a.persona_key AS m
           FROM diff.before AS b JOIN diff.after AS a ON a.pid = b.pid JOIN diff.between AS x ON x.pid = a.pid)`,
  );
  return movesByCause(row, kMin);
}
