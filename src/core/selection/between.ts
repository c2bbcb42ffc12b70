import { ALGORITHMS } from '../../contracts/algorithms';
import type { Contender, Finalist } from '../../contracts/selection';

/** The rule between algorithms in words, for the report. */
export const BETWEEN_TEXT =
  'Between algorithms: the mean adjusted Rand index on customers left out of the resamples, minus its mean on column-permuted data with the same specification (three shuffles). A difference below one paired standard error is a tie; then the share of customers assigned decides, then the order k-means, hierarchical, mixture, density. Inertia, BIC and silhouette are never compared across algorithms.';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const meanOrNull = (values: readonly number[]): number | null => (values.length === 0 ? null : mean(values));

/** Standard error of the mean of paired differences; 0 for one pair. */
function standardError(differences: readonly number[]): number {
  const n = differences.length;
  if (n < 2) return 0;
  const centre = mean(differences);
  const variance = differences.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (n - 1);
  return Math.sqrt(variance / n);
}

interface Entry {
  readonly contender: Contender<unknown>;
  readonly finalist: NonNullable<Contender<unknown>['finalist']>;
  /** Out-of-bag minus permuted, per resample. */
  readonly scores: readonly number[];
}

/**
 * Rank the finalists of all algorithms. Differences are taken resample by resample, so that what all algorithms find hard counts for none. The
 * resamples overlap, so the standard error is a yardstick, not a test.
 *
 * @returns Best first, the chosen one with `outcome` chosen; empty where no algorithm has a finalist.
 */
export function compareFinalists(contenders: readonly Contender<unknown>[]): Finalist[] {
  const entries = contenders.flatMap((contender): Entry[] =>
    contender.finalist === null
      ? []
      : [{ contender, finalist: contender.finalist, scores: contender.finalist.outOfBag.map((value, r) => value - (contender.finalist?.permuted[r] ?? 0)) }],
  );
  if (entries.length === 0) return [];
  const byOrder = [...entries].sort((a, b) => ALGORITHMS.indexOf(a.contender.algorithm) - ALGORITHMS.indexOf(b.contender.algorithm));
  const best = byOrder.reduce((a, b) => (mean(b.scores) > mean(a.scores) ? b : a));
  const measured = byOrder.map((entry) => {
    const differences = best.scores.map((score, r) => score - entry.scores[r]);
    return { entry, behind: entry === best ? 0 : mean(differences), error: entry === best ? 0 : standardError(differences) };
  });
  const tied = measured.filter(({ behind, error }) => behind === 0 || behind < error);
  const assignedOf = ({ contender, finalist }: Entry): number => 1 - contender.candidates[finalist.candidate].unassigned;
  const winner = tied.reduce((a, b) => (assignedOf(b.entry) > assignedOf(a.entry) ? b : a));
  return measured
    .map(({ entry, behind, error }): Finalist => {
      const { contender, finalist, scores } = entry;
      const { k, model } = contender.candidates[finalist.candidate];
      const outcome = entry === winner.entry ? 'chosen' : tied.some((t) => t.entry === entry) ? 'tie' : 'lost';
      return {
        algorithm: contender.algorithm,
        model,
        k,
        outOfBag: meanOrNull(finalist.outOfBag),
        permuted: meanOrNull(finalist.permuted),
        score: meanOrNull(scores),
        behind,
        error,
        assigned: assignedOf(entry),
        outcome,
        why: scores.length === 0 ? 'took part alone; no customers were left out to predict.' : whyOf(outcome, behind, error, tied.length, assignedOf(entry), assignedOf(winner.entry)),
      };
    })
    .sort((a, b) => rank(a) - rank(b) || (b.score ?? 0) - (a.score ?? 0));
}

const rank = ({ outcome }: Finalist): number => ['chosen', 'tie', 'lost'].indexOf(outcome);

function whyOf(outcome: Finalist['outcome'], behind: number, error: number, ties: number, assigned: number, winnerAssigned: number): string {
  const distance = `${behind.toFixed(3)} behind the best, standard error ${error.toFixed(3)}`;
  if (outcome === 'lost') return `predicts customers left out less well: ${distance}.`;
  if (outcome === 'tie')
    return assigned < winnerAssigned
      ? `predicts customers left out as well (${distance}), but leaves more of them unassigned.`
      : `predicts customers left out as well (${distance}); the simpler algorithm is taken.`;
  if (ties === 1) return 'predicts customers left out of the resamples best.';
  return behind === 0
    ? 'predicts customers left out of the resamples best, tied with others that are less simple or assign fewer.'
    : `predicts customers left out as well as the best (${distance}) and is the simpler algorithm, or assigns more of them.`;
}
