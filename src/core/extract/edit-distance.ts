/**
 * Least number of single-character insertions, deletions and substitutions that turn `a` into `b`.
 *
 * O(|a| |b|). Wagner and Fischer, Journal of the ACM 21(1), 1974.
 */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Up to three names that a missing one may have been renamed to, nearest first: at most a third of its letters differ, or one holds the other. */
export function nearNames(wanted: string, present: readonly string[]): readonly string[] {
  const target = plain(wanted);
  return present
    .map((name) => {
      const candidate = plain(name);
      const holds =
        Math.min(candidate.length, target.length) >= 4 && (candidate.includes(target) || target.includes(candidate));
      return { name, distance: editDistance(target, candidate), holds };
    })
    .filter(({ distance, holds }) => holds || distance <= Math.max(1, Math.floor(target.length / 3)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}
