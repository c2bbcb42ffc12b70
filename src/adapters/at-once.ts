/** Files are waited for side by side, but not so many that the process runs out of handles or memory. */
const AT_ONCE = 16;

/** Do something for every item, several at once; answers in the order of the items. */
export async function atOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  const rest = items.entries();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [i, item] of rest) results[i] = await work(item);
    }),
  );
  return results;
}
