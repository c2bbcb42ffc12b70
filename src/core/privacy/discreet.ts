import type { Candidate, Gate } from '../../contracts/selection';
import { suppress } from './suppress';

/** Who is in which cluster of a candidate; `unassigned` is a share of all customers. */
type Sized = Pick<Candidate, 'sizes' | 'unassigned'>;

const isSmall = (customers: number, kMin: number): boolean => suppress(customers, kMin) === 'small';

/** Customers in no cluster of a candidate. */
export function outsideOf({ sizes, unassigned }: Sized): number {
  const assigned = sizes.reduce((sum, size) => sum + size, 0);
  return unassigned < 1 ? Math.round((assigned * unassigned) / (1 - unassigned)) : 0;
}

/**
 * What a gate says, without counts of 1 to kMin − 1 customers: neither the number nor a share that it follows from.
 *
 * @param outside Customers in no cluster.
 */
export function discreetEvidence({ gate, evidence }: Gate, sizes: readonly number[], outside: number, kMin: number): string {
  const share = /\S+ % of customers/;
  const few = `fewer than ${kMin} customers`;
  const others = sizes.reduce((sum, size) => sum + size, outside) - Math.max(...sizes);
  if (gate === 'minShare' && isSmall(Math.min(...sizes), kMin)) return evidence.replace(share, few);
  if (gate === 'maxShare' && isSmall(others, kMin)) return evidence.replace(share, `all but ${few}`);
  if (gate === 'maxNoise' && isSmall(outside, kMin)) return evidence.replace(share, few);
  return withoutCounts(evidence, kMin);
}

/**
 * A text without counts of 1 to kMin − 1 customers: `fewer than 11 customers`, and the share of such a group with it.
 *
 * @param candidates Those of the selection that the text may speak of.
 */
export function discreet(text: string, candidates: readonly (Sized & Pick<Candidate, 'gates'>)[], kMin: number): string {
  let said = text;
  for (const candidate of candidates) {
    for (const gate of candidate.gates) {
      const instead = discreetEvidence(gate, candidate.sizes, outsideOf(candidate), kMin);
      if (instead !== gate.evidence) said = said.split(gate.evidence).join(instead);
    }
  }
  return withoutCounts(said, kMin);
}

const withoutCounts = (text: string, kMin: number): string =>
  text
    .replace(/(?<![\d.,])(\d+) ((?:other )?(?:customers|rows))\b/g, (found, digits: string, what: string) =>
      isSmall(Number(digits), kMin) ? `fewer than ${kMin} ${what}` : found,
    )
    .replace(/\ba single (row|customer)\b/g, (found, what: string) => (kMin > 1 ? `fewer than ${kMin} ${what}s` : found));
