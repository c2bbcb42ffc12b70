import { suppress, type Shown } from '../privacy/suppress';
import { count, percent } from './format';

/** `1,234`, `< 11` or `withheld`. */
export const shownCount = (n: Shown, kMin: number): string =>
  n === 'small' ? `< ${kMin}` : n === 'withheld' ? 'withheld' : count(n);

/** Whether a share of customers is of at least one and fewer than kMin of them. */
export const isSmallShare = (share: number, customers: number, kMin: number): boolean =>
  suppress(Math.round(share * customers), kMin) === 'small';

/** A share of customers; of fewer than kMin only that it is below theirs. */
export const shownShare = (share: number, customers: number, kMin: number): string =>
  isSmallShare(share, customers, kMin) ? `< ${percent(kMin / customers)}` : percent(share);

/** The rest of them: of all but fewer than kMin only that it is above theirs. */
export const shownRest = (share: number, customers: number, kMin: number): string =>
  isSmallShare(1 - share, customers, kMin) ? `> ${percent(1 - kMin / customers)}` : percent(share);
