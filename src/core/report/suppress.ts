import type { Shown } from '../privacy/suppress';
import { count } from './format';

/** `1,234`, `< 11` or `withheld`. */
export const shownCount = (n: Shown, kMin: number): string =>
  n === 'small' ? `< ${kMin}` : n === 'withheld' ? 'withheld' : count(n);
