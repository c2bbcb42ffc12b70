import type { ArtifactRef } from '../contracts/artifacts';
import type { RunRecord } from '../core/ports';
import { createWorkerDeps, machineOptions } from '../workers/deps';
import type { Workspace } from './workspace';

export interface QuarantineView {
  /** The Parquet file with every offending row. */
  readonly path: string;
  readonly rows: number | null;
  /** The first of them, those of a violated rule before others: which rule, which row of which table. No values. */
  readonly first: readonly { readonly rule_id: string; readonly source: string; readonly row_id: number }[];
}

const FIRST = 5;

/** The quarantine of a run that a gate stopped, or that finished; undefined where there is none. */
export async function quarantineOf({ store }: Workspace, run: RunRecord): Promise<QuarantineView | undefined> {
  const failed = run.failure?.details?.quarantine as ArtifactRef | undefined;
  const ref = failed ?? run.stages.find(({ stage }) => stage === 'quality')?.outputs['quality.quarantine'];
  if (!ref || ref.rows === 0) return undefined;
  const { deps, close } = createWorkerDeps(store, machineOptions());
  const session = await deps.sql.session();
  try {
    await session.view('quality.quarantine', ref);
    const violated = (run.failure?.details?.checks ?? []) as readonly { readonly id: string }[];
    const select = `
      SELECT rule_id, source, row_id FROM quality.quarantine
      ORDER BY NOT list_contains($violated, rule_id), rule_id, source, row_id LIMIT ${FIRST}`;
    const first = await session.rows<QuarantineView['first'][number]>(select, { violated: { list: violated.map(({ id }) => id) } });
    return { path: await store.artifacts.path(ref), rows: ref.rows, first };
  } finally {
    await session.close();
    await close();
  }
}
