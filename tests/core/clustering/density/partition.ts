/** Labels renamed by first appearance, so that two labellings are equal where they are the same partition with the same noise (−1). */
export function partitionOf(labels: ArrayLike<number>): number[] {
  const renamed = new Map<number, number>([[-1, -1]]);
  return Array.from(labels, (label) => {
    if (!renamed.has(label)) renamed.set(label, renamed.size - 1);
    return renamed.get(label)!;
  });
}
