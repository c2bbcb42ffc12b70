import { RandomStream } from '../linalg/random-stream';

/** Groups that are drawn from, at most; with fewer customers each is a group of its own. */
const MOST_GROUPS = 4096;

/** All customers of two days, dealt into groups: what the bootstrap draws. A customer of both days is in one group with both of its values. */
export interface CustomerGroups {
  readonly groups: number;
  /** Customers present on both days. */
  readonly both: number;
  /** Group of each row of the reference. */
  readonly reference: Int32Array;
  /** Group of each row of today. */
  readonly current: Int32Array;
}

const filled = (length: number): Int32Array =>
  new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));

/**
 * Deal the customers of two days into groups of equal size (but for one), in random order.
 *
 * @param reference Distinct ids of the rows of the reference.
 * @param current Distinct ids of today's rows.
 *
 * O(n + m).
 */
export function dealGroups(reference: readonly string[], current: readonly string[], seed: number): CustomerGroups {
  const customers = new Map<string, number>();
  reference.forEach((id, i) => customers.set(id, i));
  const currentCustomer = current.map((id) => {
    const known = customers.get(id);
    if (known !== undefined) return known;
    customers.set(id, customers.size);
    return customers.size - 1;
  });
  const count = customers.size;
  const groups = Math.min(count, MOST_GROUPS);
  const place = shuffled(count, seed);
  const referenceGroup = filled(reference.length);
  const currentGroup = filled(current.length);
  for (let i = 0; i < reference.length; i++) referenceGroup[i] = place[i] % groups;
  for (let i = 0; i < current.length; i++) currentGroup[i] = place[currentCustomer[i]] % groups;
  return { groups, both: reference.length + current.length - count, reference: referenceGroup, current: currentGroup };
}

/** A random order of 0 to count − 1. Durstenfeld, "Algorithm 235: random permutation", Communications of the ACM 7(7), 1964. */
function shuffled(count: number, seed: number): Int32Array {
  const random = new RandomStream({ seed, stage: 'features', use: 'drift', candidate: 0, restart: 0, block: 1 });
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const taken = order[i];
    order[i] = order[j];
    order[j] = taken;
  }
  return order;
}

/** How often each group counts in each draw of the bootstrap: `draws` rows of `groups` counts, each row summing to `groups`. */
export interface Draws {
  readonly draws: number;
  readonly counts: Uint8Array;
}

/** Groups drawn with replacement, once for all features. O(groups × draws). */
export function drawGroups({ groups }: Pick<CustomerGroups, 'groups'>, draws: number, seed: number): Draws {
  // A count above 255 takes more than 255 groups, and then is as good as impossible.
  const counts = new Uint8Array(new SharedArrayBuffer(draws * groups));
  for (let draw = 0; draw < draws; draw++) {
    const random = new RandomStream({ seed, stage: 'features', use: 'drift', candidate: 0, restart: draw, block: 0 });
    const at = draw * groups;
    for (let i = 0; i < groups; i++) counts[at + random.integer(groups)]++;
  }
  return { draws, counts };
}
