import type { Candidate, SelectionReport } from '../../contracts/selection';
import { kneedle } from '../validity/elbow';

type Evidence = SelectionReport['evidence'][number];
type Measured = Pick<Candidate, 'k' | 'inertia' | 'silhouette' | 'calinskiHarabasz' | 'daviesBouldin' | 'meanJaccard'>;

/** The k with the best value, the smaller k of equals; null where no candidate has a value. */
function best(
  candidates: readonly Measured[],
  valueOf: (candidate: Measured) => number | null,
  lowest = false,
): { k: number; value: number } | null {
  let found: { k: number; value: number } | null = null;
  for (const candidate of candidates) {
    const value = valueOf(candidate);
    if (value === null) continue;
    if (found === null || (lowest ? value < found.value : value > found.value)) found = { k: candidate.k, value };
  }
  return found;
}

/** What each criterion alone would take among all k that were tried, gates and limits aside, beside what was chosen. */
export function evidenceOf(candidates: readonly Measured[], chosen: number): Evidence[] {
  const row = (
    criterion: string,
    found: { k: number; value: number } | null,
    note: (value: number) => string,
  ): Evidence => ({
    criterion,
    k: found?.k ?? null,
    agrees: found?.k === chosen,
    note: found ? note(found.value) : 'not defined for any k',
  });
  const knee = kneedle(
    candidates.map(({ k }) => k),
    candidates.map(({ inertia }) => inertia),
  );
  return [
    row(
      'stability',
      best(candidates, (c) => c.meanJaccard),
      (value) => `highest mean Jaccard, ${value.toFixed(2)}; plain stability prefers few clusters`,
    ),
    row(
      'silhouette',
      best(candidates, (c) => c.silhouette),
      (value) => `highest silhouette, ${value.toFixed(3)}; prefers coarse splits`,
    ),
    row(
      'calinski-harabasz',
      best(candidates, (c) => c.calinskiHarabasz),
      (value) => `highest index, ${value.toFixed(0)}`,
    ),
    row(
      'davies-bouldin',
      best(candidates, (c) => c.daviesBouldin, true),
      (value) => `lowest index, ${value.toFixed(3)}`,
    ),
    {
      criterion: 'elbow',
      k: knee,
      agrees: knee === chosen,
      note: knee === null ? 'the inertia falls without a knee' : 'knee of the inertia curve (kneedle)',
    },
  ];
}
