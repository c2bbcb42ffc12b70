import { z } from 'zod';
import { PipelineError } from '../../contracts/errors';
import { RUN_STATUSES } from '../../contracts/run';
import type { RunRecord } from '../../core/ports';

export const RUN_FORMAT = 1;

/** What every reader of `run.json` relies on; unknown keys are kept, so an addition does not need a new format. */
const runRecord = z.looseObject({
  format: z.literal(RUN_FORMAT),
  runId: z.string(),
  workflowId: z.string(),
  temporalRunIds: z.array(z.string()).min(1),
  attempts: z.int().min(1),
  status: z.enum(RUN_STATUSES),
  startedAt: z.string(),
  attemptStarts: z.array(z.looseObject({ temporalRunId: z.string(), startedAt: z.string() })).optional(),
  finishedAt: z.string().nullable(),
  stages: z.array(z.looseObject({ stage: z.string(), key: z.string() })),
});

/**
 * Read the text of `run.json`.
 *
 * @throws PipelineError `FORMAT_TOO_NEW` for a record of a later version, `OBJECT_CORRUPT` for one that cannot be read.
 */
export function parseRunRecord(runId: string, text: string): RunRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PipelineError(
      'OBJECT_CORRUPT',
      `the record of run ${runId} is no JSON: restore it from a backup`,
      { runId },
      { cause: error },
    );
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > RUN_FORMAT) {
    throw new PipelineError(
      'FORMAT_TOO_NEW',
      `run ${runId} was written in format ${format}, this version reads up to ${RUN_FORMAT}: use the newer version`,
      {
        runId,
        format,
        supported: RUN_FORMAT,
      },
    );
  }
  const parsed = runRecord.safeParse(value);
  if (!parsed.success || parsed.data.runId !== runId) {
    const where = parsed.error?.issues.map(({ path }) => path.join('.')).join(', ') ?? 'runId';
    throw new PipelineError(
      'OBJECT_CORRUPT',
      `the record of run ${runId} is damaged at ${where}: restore it from a backup`,
      { runId, where },
    );
  }
  return value as RunRecord;
}

/** When an attempt began; where the record does not say, when the run did. */
export const startOfAttempt = ({ attemptStarts, startedAt }: RunRecord, temporalRunId: string): string =>
  attemptStarts?.find((attempt) => attempt.temporalRunId === temporalRunId)?.startedAt ?? startedAt;
