/**
 * Kneedle, for a convex decreasing curve such as inertia over k: both axes are scaled to [0, 1], the curve is turned into a concave rising one, and
 * the knee is the first local maximum of its height over the diagonal that is followed, before the next minimum, by a fall of more than `sensitivity` mean steps.
 *
 * @param x Ascending, distinct. @param y Same length.
 * @returns The x of the knee, or null where there is none (fewer than three points, no fall, a straight line).
 *
 * O(n). Satopää, Albrecht, Irwin and Raghavan, "Finding a 'kneedle' in a haystack", ICDCS workshops 2011.
 */
export function kneedle(x: readonly number[], y: readonly number[], sensitivity = 1): number | null {
  const n = x.length;
  if (n < 3) return null;
  const low = Math.min(...y);
  const high = Math.max(...y);
  const width = x[n - 1] - x[0];
  if (!(high > low) || !(width > 0)) return null;
  const height = y.map((value, i) => (high - value) / (high - low) - (x[i] - x[0]) / width);
  const allowedFall = sensitivity / (n - 1);
  const before = (i: number): number => height[Math.max(i - 1, 0)];
  const after = (i: number): number => height[Math.min(i + 1, n - 1)];
  let peak = -1;
  let threshold = 0;
  for (let i = 0; i < n - 1; i++) {
    if (height[i] >= before(i) && height[i] >= after(i)) {
      peak = i;
      threshold = height[i] - allowedFall;
    }
    // Past a local minimum the peak before it no longer counts.
    if (height[i] <= before(i) && height[i] <= after(i)) peak = -1;
    if (peak >= 0 && height[i + 1] < threshold) return x[peak];
  }
  return null;
}
