import type { Candidate } from '../../contracts/selection';

const REASONS: Readonly<Record<NonNullable<Candidate['undefinedBecause']>, string>> = {
  K_IS_ONE: 'not defined for one group',
  NO_CLUSTER: 'no group was found',
  NO_SOLUTION: 'no solution',
};

/** The text of a figure, or why there is none. */
export const textOr = (text: string, candidate: Pick<Candidate, 'undefinedBecause'>): string =>
  text === '–' && candidate.undefinedBecause !== null ? REASONS[candidate.undefinedBecause] : text;
