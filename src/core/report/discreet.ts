import type { Candidate } from '../../contracts/selection';

/**
 * A text of the selection without counts of 1 to kMin − 1 customers: `fewer than 11 customers`, and the share of such a group with it.
 *
 * @param candidates Those the text may speak of.
 */
export function discreet(
  text: string,
  candidates: readonly Pick<Candidate, 'sizes' | 'gates'>[],
  kMin: number,
): string {
  const fewer = `fewer than ${kMin}`;
  const shares = candidates
    .filter(({ sizes }) => sizes.length > 0 && Math.min(...sizes) < kMin)
    .flatMap(({ gates }) => gates.filter(({ gate }) => gate === 'minShare').map(({ evidence }) => evidence));
  const withoutShares = shares.reduce(
    (whole, evidence) =>
      whole
        .split(evidence)
        .join(evidence.replace(/^smallest cluster \S+ % of customers/, `smallest cluster ${fewer} customers`)),
    text,
  );
  return withoutShares
    .replace(/(?<![\d.,])(\d+) (customers|rows)\b/g, (found, digits: string, what: string) =>
      Number(digits) > 0 && Number(digits) < kMin ? `${fewer} ${what}` : found,
    )
    .replace(/\ba single row\b/g, `${fewer} rows`);
}
