import { createHash } from 'node:crypto';

/** How well the behaviours can be told apart at best: adjusted Rand index of the assignment with the true parameters. */
export const OVERLAPS = { apart: 0.95, touching: 0.85, overlapping: 0.7 } as const;
/** What else is in the data: nothing, two columns that have to do with no behaviour, or 5 % customers of no behaviour. */
export const NOISES = ['none', 'columns', 'background'] as const;
/** Distribution within a behaviour: normal, t with 4 degrees of freedom, or log-normal (every column, raw values as of money). */
export const TAILS = ['normal', 't', 'lognormal'] as const;
/** Shares of the behaviours: all the same, or from 1 to 3 in even steps. */
export const SHARES = ['even', 'uneven'] as const;

/** One cell of the design: what is planted. */
export interface Cell {
  /** "c01" to "c60". */
  readonly id: string;
  readonly behaviours: number;
  readonly overlap: keyof typeof OVERLAPS;
  readonly noise: (typeof NOISES)[number];
  readonly tails: (typeof TAILS)[number];
  readonly shares: (typeof SHARES)[number];
  readonly customers: number;
  /** The half that shapes the rule, or the one that judges it. */
  readonly half: Half;
}
export type Half = 'shape' | 'judge';
type Facts = Omit<Cell, 'id' | 'half'>;

const FACTORS = ['behaviours', 'overlap', 'noise', 'tails', 'shares', 'customers'] as const;
const PAIRS = FACTORS.flatMap((a, i) => FACTORS.slice(0, i).map((b) => [a, b] as const));

/** How far the counts of two levels together are from those of a balanced design, squared and summed over all pairs of factors. */
export function imbalance(cells: readonly Facts[]): number {
  let total = 0;
  for (const [a, b] of PAIRS) {
    const of = (key: keyof Facts): Map<string | number, number> => tally(cells.map((cell) => cell[key]));
    const together = tally(cells.map((cell) => `${cell[a]} ${cell[b]}`));
    for (const [x, inX] of of(a)) {
      for (const [y, inY] of of(b)) total += ((together.get(`${x} ${y}`) ?? 0) - (inX * inY) / cells.length) ** 2;
    }
  }
  return total;
}

function tally<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/**
 * Sixty of the 1,296 combinations (three of them with 50,000 customers): each level of a factor as often as it can be, and each pair of levels as
 * nearly so as 20,000 random exchanges between two cells brought it (`imbalance` 30). In order: behaviours, overlap, noise, tails, shares, customers.
 */
const DESIGN = `
3 touching none normal even 10000
4 touching none lognormal even 1000
5 overlapping columns normal even 1000
6 touching background lognormal uneven 3000
7 overlapping none t uneven 1000
8 apart columns normal uneven 3000
3 touching background normal uneven 1000
4 touching none t even 1000
5 overlapping none lognormal uneven 1000
6 overlapping none lognormal uneven 3000
7 touching none t uneven 3000
8 touching none lognormal even 10000
3 touching columns t uneven 10000
4 touching columns lognormal uneven 50000
5 apart columns t even 3000
6 apart background normal even 1000
7 apart background lognormal uneven 1000
8 touching background lognormal even 3000
3 overlapping background normal uneven 10000
4 apart none t uneven 10000
5 touching columns normal even 10000
6 apart background t even 1000
7 touching columns normal uneven 3000
8 apart none normal uneven 10000
3 overlapping columns lognormal uneven 1000
4 apart columns t uneven 10000
5 overlapping none lognormal even 3000
6 apart columns t even 1000
7 apart none normal even 3000
8 touching columns normal even 1000
3 apart none lognormal even 1000
4 overlapping none normal even 3000
5 apart columns lognormal uneven 3000
6 overlapping columns lognormal even 10000
7 overlapping background normal even 10000
8 overlapping none normal uneven 1000
3 apart background lognormal even 3000
4 overlapping columns normal uneven 3000
5 touching background t uneven 1000
6 touching columns normal even 10000
7 overlapping none t even 10000
8 overlapping background t even 3000
3 overlapping columns t even 3000
4 apart background normal uneven 3000
5 overlapping background t uneven 10000
6 apart none lognormal uneven 10000
7 apart background normal even 3000
8 overlapping background t uneven 10000
3 touching background t uneven 3000
4 touching background lognormal even 1000
5 apart none normal uneven 1000
6 touching none t uneven 3000
7 apart columns lognormal even 10000
8 apart columns lognormal uneven 10000
3 apart none t even 50000
4 overlapping background lognormal even 10000
5 touching background t even 10000
6 overlapping background normal uneven 50000
7 touching columns lognormal uneven 1000
8 overlapping columns t even 1000
`;

/**
 * Of the salts 0 to 999 the one whose halves differ least in how often each level occurs: squared differences sum to 28. No result plays a part in it.
 */
const SALT = 732;

/** The sixty cells, with their half: cells with the same number of behaviours, in the order of a hash of what they plant, belong to the halves by turns. */
export function design(): Cell[] {
  const lines = DESIGN.trim().split('\n');
  const place = (line: string): string => `${line.split(' ')[0]} ${createHash('sha256').update(`${SALT} ${line}`).digest('hex')}`;
  const sorted = [...lines].sort((a, b) => (place(a) < place(b) ? -1 : 1));
  return lines.map((line, i): Cell => {
    const [behaviours, overlap, noise, tails, shares, customers] = line.split(' ');
    return {
      id: `c${String(i + 1).padStart(2, '0')}`,
      behaviours: Number(behaviours),
      overlap: overlap as Cell['overlap'],
      noise: noise as Cell['noise'],
      tails: tails as Cell['tails'],
      shares: shares as Cell['shares'],
      customers: Number(customers),
      half: sorted.indexOf(line) % 2 === 0 ? 'shape' : 'judge',
    };
  });
}
