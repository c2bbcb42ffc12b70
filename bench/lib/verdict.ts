/** What a figure has to reach. */
export interface Goal {
  readonly must: number;
  readonly aim: number | null;
  /** `least`: the figure is at least this; `most`: at most. */
  readonly bound: 'least' | 'most';
}

export type Verdict = 'aim' | 'must' | 'below' | 'not measured';

/** How a figure stands to its goal; one that is not a number misses it. */
export function verdictOf(figure: number | null, { must, aim, bound }: Goal): Verdict {
  if (figure === null) return 'not measured';
  const reaches = (limit: number): boolean => (bound === 'least' ? figure >= limit : figure <= limit);
  if (aim !== null && reaches(aim)) return 'aim';
  return reaches(must) ? 'must' : 'below';
}
