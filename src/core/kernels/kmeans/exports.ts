/** kernels/kmeans.ts, as it is called: addresses are bytes in the linear memory. */
export interface KMeansExports {
  assignBlocks(plan: number, from: number, to: number, slope: number, base: number, reach: number, lift: number, all: boolean): number;
  nearestBlocks(
    x: number,
    blocks: number,
    d: number,
    quads: number,
    centroids: number,
    offsets: number,
    slope: number,
    base: number,
    labels: number,
    seconds: number,
  ): void;
  trialDistances(x: number, rows: number, stride: number, seed: number, closest: number, weights: number, out: number, total: number): number;
}
