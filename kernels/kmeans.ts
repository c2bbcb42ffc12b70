/** Placeholder of the k-means kernels: the sum of n f64, to try the way there and back. */
export function sum(at: usize, n: i32): f64 {
  let total: f64 = 0;
  for (let i = 0; i < n; i++) total += load<f64>(at + ((<usize>i) << 3));
  return total;
}
