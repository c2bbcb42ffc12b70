import type { Solution } from '../../contracts/model';
import type { CriterionChoice, Finalist } from '../../contracts/selection';
import type { LabCandidate } from './candidate';

/** What a rule makes of its candidates. */
export interface LabVerdict {
  /** The rule in words. */
  readonly rule: string;
  readonly candidates: readonly LabCandidate[];
  readonly chosen: ChosenSolution | null;
  /** One sentence for people: why this one, or why none. */
  readonly why: string;
  readonly warnings: readonly string[];
  /** What each criterion alone would take; none under rule bic. */
  readonly evidence: readonly CriterionChoice[];
  /** The best of each algorithm, compared; none under rule bic. */
  readonly finalists: readonly Finalist[];
  /** Rows the candidates were fitted to. */
  readonly sampleRows: number;
}

/** The chosen candidate with what assigns rows to its clusters. */
export interface ChosenSolution {
  /** Index among the candidates. */
  readonly candidate: number;
  readonly solution: Solution;
  /** Cluster means in the units of the model, k x d. */
  readonly centroids: readonly (readonly number[])[];
}
