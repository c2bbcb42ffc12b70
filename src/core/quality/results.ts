import type { ArtifactRef } from '../../contracts/artifacts';
import { PipelineError } from '../../contracts/errors';
import type { QualityCheckResult } from '../../contracts/reports';
import type { Check } from './rules';

/** Outcome of one check. A check on no rows passes. */
export function checkResult(check: Check, tested: number, offending: number): QualityCheckResult {
  const { id, source, severity, rows, maxShare, message } = check;
  const share = tested === 0 ? 0 : offending / tested;
  return {
    id,
    check: check.check,
    source,
    severity,
    rows,
    tested,
    offending,
    share,
    maxShare,
    passed: share <= maxShare,
    message,
  };
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

/** "age-plausible: 3 of 2,240 customers (0.134 %, allowed 0 %)". */
export function describeResult({
  id,
  source,
  offending,
  tested,
  share,
  maxShare,
  message,
}: QualityCheckResult): string {
  return `${id}: ${offending} of ${tested} ${source} (${percent(share)}, allowed ${percent(maxShare)})${message === '' ? '' : `: ${message}`}`;
}

/**
 * Stop the run where a blocking check found too much.
 *
 * @param refs The quarantine and the report, already written: the way to the rows.
 * @throws PipelineError `QUALITY_GATE_FAILED` naming each rule, its counts, and the quarantine.
 */
export function assertGate(
  results: readonly QualityCheckResult[],
  refs: { readonly quarantine: ArtifactRef; readonly report: ArtifactRef },
): void {
  const violated = results.filter(({ severity, passed }) => severity === 'block' && !passed);
  if (violated.length === 0) return;
  throw new PipelineError(
    'QUALITY_GATE_FAILED',
    `${violated.length === 1 ? 'a blocking check' : `${violated.length} blocking checks`} failed: ${violated.map(describeResult).join('; ')}. The rows are in the quarantine, object ${refs.quarantine.sha256.slice(0, 12)}`,
    {
      checks: violated.map(({ id, source, tested, offending, share, maxShare }) => ({
        id,
        source,
        tested,
        offending,
        share,
        maxShare,
      })),
      ...refs,
    },
  );
}
