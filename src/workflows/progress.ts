import type { RunProgress, RunStatus, StageResult } from '../contracts/run';
import type { Stage } from '../contracts/stages';

/** How far one stage of a run is, by its results and where it is now. */
export function progressOf(
  name: Stage,
  current: Stage | null,
  status: RunStatus,
  results: readonly StageResult[],
): RunProgress['stages'][number] {
  const result = results.find((r) => r.stage === name) ?? null;
  if (result) return { stage: name, status: 'done', result };
  if (name !== current) return { stage: name, status: 'waiting', result };
  return { stage: name, status: status === 'running' || status === 'held' ? 'running' : status === 'succeeded' ? 'done' : 'failed', result };
}
