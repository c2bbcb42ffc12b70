import { describeChosen, type LabChosen } from '../../core/lab/chosen';
import type { LabCandidate } from '../../core/lab/candidate';
import type { LabRequest, LabResult } from '../../core/lab/lab';
import type { LabTests } from '../../core/lab/likelihood-ratio-tests';
import type { LabVerdict } from '../../core/lab/verdict';

/** What `lab --json` prints: a function of file, options and program alone, unless time or an interrupt ends the tests of `blrt`. */
export interface LabDocument {
  readonly file: string;
  /** Rows of the file: `n` used and `dropped`, in which a value is missing. */
  readonly rows: number;
  readonly n: number;
  readonly dropped: number;
  /** Missing values by column, those that have any. */
  readonly missing: Readonly<Record<string, number>>;
  readonly d: number;
  readonly columns: readonly string[];
  /** What was decided about the columns of the file. */
  readonly notes: readonly string[];
  readonly scale: LabRequest['scale'];
  readonly rule: LabRequest['rule'];
  readonly ruleText: string;
  readonly algorithms: LabRequest['algorithms'];
  readonly k: LabRequest['ks'];
  readonly seed: number;
  /** Rows the candidates were fitted to: all, or the sample. */
  readonly sampleRows: number;
  readonly candidates: readonly LabCandidate[];
  readonly chosen: LabChosen | null;
  readonly why: string;
  readonly warnings: readonly string[];
  readonly evidence: LabVerdict['evidence'];
  readonly finalists: LabVerdict['finalists'];
  /** Bootstrap likelihood ratio tests; null where not asked for. */
  readonly blrt: LabTests | null;
  /** Where the labels were written; null where they were not. */
  readonly labels: string | null;
}

export function documentOf(
  file: string,
  request: LabRequest,
  { verdict, matrix, missing, scaling }: LabResult,
  rows: number,
  { notes, blrt, labels }: Pick<LabDocument, 'notes' | 'blrt' | 'labels'>,
): LabDocument {
  const { chosen, candidates } = verdict;
  return {
    file,
    rows,
    n: matrix.rows,
    dropped: rows - matrix.rows,
    missing: Object.fromEntries(matrix.names.flatMap((name, j) => (missing[j] > 0 ? [[name, missing[j]]] : []))),
    d: matrix.cols,
    columns: matrix.names,
    notes,
    scale: request.scale,
    rule: request.rule,
    ruleText: verdict.rule,
    algorithms: request.algorithms,
    k: request.ks,
    seed: request.modeling.seed,
    sampleRows: verdict.sampleRows,
    candidates,
    chosen: chosen === null ? null : describeChosen(candidates[chosen.candidate], chosen, scaling),
    why: verdict.why,
    warnings: verdict.warnings,
    evidence: verdict.evidence,
    finalists: verdict.finalists,
    blrt,
    labels,
  };
}
