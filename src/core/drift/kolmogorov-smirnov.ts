/**
 * Two-sample Kolmogorov-Smirnov statistic: the largest difference of the two empirical distribution functions, in [0, 1].
 *
 * @param a Ascending, finite, at least one value.
 * @param b Ascending, finite, at least one value.
 *
 * O(n + m). Smirnov, Annals of Mathematical Statistics 19(2), 1948; `statistic` of SciPy's `ks_2samp`.
 */
export function kolmogorovSmirnov(a: Float64Array, b: Float64Array): number {
  let largest = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const value = a[i] < b[j] ? a[i] : b[j];
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    const difference = i / a.length - j / b.length;
    if (difference > largest) largest = difference;
    else if (-difference > largest) largest = -difference;
  }
  return largest;
}
