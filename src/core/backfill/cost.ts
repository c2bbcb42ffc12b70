import type { StageResult } from '../../contracts/run';
import { STAGES } from '../../contracts/stages';
import type { RunRecord } from '../ports';

/** How long a backfill would take, by what stages took before. */
export interface BackfillCost {
  /** Of one day up to the clustering, and from the personas on; milliseconds. */
  readonly first: number;
  readonly second: number;
  /** Of all days; milliseconds. Null where no run of before tells. */
  readonly whole: number | null;
  /** Runs that the figures come from. */
  readonly basis: number;
}

const FIRST_PHASE = new Set<string>(STAGES.slice(0, STAGES.indexOf('clustering') + 1));
/** Older runs tell less of today's data. */
const NEWEST = 20;

/**
 * Time for `days` runs with so many lanes: the second phase is one day at a time, the rest of a day shares the lanes. Each stage counts the
 * median of what it took in the newest runs that did not reuse it.
 *
 * @param scored Whether a model of before is applied: then only such runs tell.
 */
export function costOf(days: number, lanes: number, runs: readonly RunRecord[], scored: boolean): BackfillCost {
  const isScored = ({ stages }: RunRecord): boolean => stages.some(({ stage, facts }) => stage === 'clustering' && facts.scored !== undefined);
  const ended = runs.filter((run) => run.status === 'succeeded' && isScored(run) === scored).slice(-NEWEST);
  const took = (stage: string): number =>
    median(
      ended.flatMap(({ stages }) =>
        stages.filter((result: StageResult) => result.stage === stage && !result.observed.reused).map(({ observed }) => observed.ms),
      ),
    );
  const sum = (stages: readonly string[]): number => stages.reduce((total, stage) => total + took(stage), 0);
  const first = sum(STAGES.filter((stage) => FIRST_PHASE.has(stage)));
  const second = sum(STAGES.filter((stage) => !FIRST_PHASE.has(stage)));
  const whole = ended.length === 0 ? null : days * Math.max(second, (first + second) / lanes);
  return { first, second, whole, basis: ended.length };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
