/** Names within this many edits (or this share of their length) are offered. */
const NEAR = 2;

/** Up to three known names close to a mistyped one: fewest edits first, then alphabetical; also those it is a piece of. */
export function nearestNames(name: string, known: readonly string[]): string[] {
  return known
    .map((candidate) => ({ candidate, edits: distance(name, candidate) }))
    .filter(({ candidate, edits }) => edits <= Math.max(NEAR, name.length / 3) || isPiece(name, candidate))
    .sort((a, b) => a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

const isPiece = (name: string, candidate: string): boolean => name.length >= 3 && (candidate.includes(name) || name.includes(candidate));

/** Levenshtein distance: insertions, deletions and substitutions of one character. O(|a| |b|). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
