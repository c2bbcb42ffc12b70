import fc from 'fast-check';
import { densityOf, type Density } from '../../../src/core/clustering/mixture/density';
import { em } from '../../../src/core/clustering/mixture/em';
import type { MixtureKernel } from '../../../src/core/clustering/mixture/kernel';
import { plainMixture } from '../../../src/core/clustering/mixture/plain-mixture';
import type { Scatter } from '../../../src/core/clustering/mixture/scatter';
import type { MixtureParameters } from '../../../src/core/clustering/mixture/types';
import { toPoints, type Points } from '../../../src/core/clustering/points';
import { createSimdKernel } from '../../../src/core/kernels/simd-kernel';
import { normals, testStream } from '../clustering/data';
import { testKernels } from '../../support/kernels';

const simd = createSimdKernel(testKernels()).mixture;

interface Case {
  readonly points: Points;
  readonly weights: Float64Array | null;
  readonly parameters: MixtureParameters;
  readonly start: Float64Array;
}

interface Shape {
  readonly seed: number;
  readonly n: number;
  readonly d: number;
  readonly k: number;
  readonly diagonal: boolean;
  readonly weighted: boolean;
  /** Of all values: units are nobody's choice. */
  readonly scale: number;
  /** Distance of the columns from 0, in units of the scale. */
  readonly offset: number;
  /** How far the components lie apart, in standard deviations. */
  readonly apart: number;
  /** A row this many standard deviations from everything; 0 for none. */
  readonly outlier: number;
}

const shapes = (largestD: number, largestK: number, n: fc.Arbitrary<number> = fc.integer({ min: 1, max: 300 })): fc.Arbitrary<Shape> =>
  fc.record({
    seed: fc.integer({ min: 0, max: 1e6 }),
    n,
    d: fc.integer({ min: 1, max: largestD }),
    k: fc.integer({ min: 1, max: largestK }),
    diagonal: fc.boolean(),
    weighted: fc.boolean(),
    scale: fc.constantFrom(1e-60, 1e-6, 1, 1, 1, 1e6, 1e60),
    offset: fc.constantFrom(0, 0, 1, 1000),
    apart: fc.constantFrom(0, 1, 3, 10, 100),
    outlier: fc.constantFrom(0, 0, 50, 1e4),
  });

/** Rows about k centres, and a mixture that is near them but not theirs. */
function draw({ seed, n, d, k, diagonal, weighted, scale, offset, apart, outlier }: Shape): Case {
  const random = testStream(seed);
  const normal = normals(random);
  const centres = Array.from({ length: k * d }, () => apart * normal());
  const values = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const c = Math.floor(random.uniform() * k);
    for (let j = 0; j < d; j++) values[i * d + j] = scale * (offset + centres[c * d + j] + normal() + (i === n - 1 ? outlier : 0));
  }
  const covariances = new Float64Array(k * d * d);
  for (let c = 0; c < k; c++) {
    const size = 0.3 + 2 * random.uniform();
    // A matrix times its transpose, and enough of the identity.
    const factor = Array.from({ length: d * d }, () => (0.5 * normal()) / Math.sqrt(d));
    for (let j = 0; j < d; j++)
      for (let l = 0; l < d; l++) {
        if (diagonal && j !== l) continue;
        let sum = j === l ? 1 : 0;
        for (let m = 0; m < d; m++) sum += factor[j * d + m] * factor[l * d + m];
        covariances[c * d * d + j * d + l] = scale * scale * size * sum;
      }
  }
  const raw = Array.from({ length: k }, () => 0.1 + random.uniform());
  const total = raw.reduce((sum, value) => sum + value, 0);
  const start = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    const shares = Array.from({ length: k }, () => Math.max(random.uniform() - 0.4, 0) + 1e-3);
    const sum = shares.reduce((all, value) => all + value, 0);
    shares.forEach((share, c) => (start[i * k + c] = share / sum));
  }
  return {
    points: toPoints({ rows: n, cols: d, names: Array.from({ length: d }, (_, j) => `x${j}`), values }),
    weights: weighted ? Float64Array.from({ length: n }, () => 1 + Math.floor(3 * random.uniform())) : null,
    parameters: {
      model: diagonal ? 'VVI' : 'VVV',
      k,
      cols: d,
      proportions: Float64Array.from(raw, (value) => value / total),
      means: Float64Array.from(centres, (value) => scale * (offset + value + 0.3 * normal())),
      covariances,
    },
    start,
  };
}

const required = (density: Density | null): Density => {
  expect(density).not.toBeNull();
  return density!;
};

/** Equal up to rounding, relative to `unit` where that is larger. */
function near(found: number, expected: number, tolerance: number, unit = 0): void {
  if (found === expected) return;
  const difference = Math.abs(found - expected);
  if (!(difference <= tolerance * Math.max(Math.abs(expected), unit)))
    throw new Error(`${found} is not ${expected}: they differ by ${difference}`);
}

/** Largest difference between a value and a centre. */
function reachOf({ rows, cols, stride, values }: Points, centres: Float64Array): number {
  let reach = 0;
  for (let i = 0; i < rows; i++) for (let m = 0; m < centres.length; m++) reach = Math.max(reach, Math.abs(values[i * stride + (m % cols)] - centres[m]));
  return reach;
}

function sameScatter(found: Scatter, expected: Scatter, scale: number, points: Points): void {
  const { k, cols, diagonal } = expected;
  // What the rows add whose share is left out.
  const omitted = points.rows * Math.exp(-40) * reachOf(points, expected.means) ** 2;
  expect({ k: found.k, cols: found.cols, diagonal: found.diagonal }).toEqual({ k, cols, diagonal });
  near(found.total, expected.total, 1e-12);
  for (let c = 0; c < k; c++) {
    // What has less weight than rounding gives to others says nothing.
    near(found.sizes[c], expected.sizes[c], 1e-10, 1e-4);
    if (expected.sizes[c] < 1e-6) continue;
    const size = expected.sizes[c];
    const width = cols * cols;
    const spread = (j: number): number => Math.sqrt(diagonal ? expected.within[c * cols + j] : expected.within[c * width + j * (cols + 1)]);
    for (let j = 0; j < cols; j++) {
      near(found.means[c * cols + j], expected.means[c * cols + j], 1e-9, spread(j) / Math.sqrt(size) + scale * 1e-3);
      // A single row has no spread: what is left is the rounding of its mean.
      const least = (1e-6 * scale) ** 2 * size + 1e9 * omitted;
      if (diagonal) near(found.within[c * cols + j], expected.within[c * cols + j], 1e-9, least);
      else for (let l = 0; l < cols; l++) near(found.within[c * width + j * cols + l], expected.within[c * width + j * cols + l], 1e-9, spread(j) * spread(l) + least);
    }
  }
}

describe.each([
  ['few columns', shapes(5, 4), 150],
  ['many', shapes(40, 20), 60],
  // Where calls and shards end.
  ['many rows', shapes(3, 3, fc.constantFrom(1023, 1024, 1025, 4096, 4097, 9001)), 25],
] as const)('the E-step and the sums of the M-step of both kernels, %s', (_name, shape, numRuns) => {
  it('agree at the same parameters', () => {
    fc.assert(
      fc.property(shape, (drawn) => {
        const { points, weights, parameters } = draw(drawn);
        const { k } = parameters;
        const density = required(densityOf(parameters));
        const [plain, fast] = [plainMixture, simd].map((kernel) => kernel.expectation(points, weights, new Float64Array(points.rows * k), k, drawn.diagonal));
        near(fast.eStep(density), plain.eStep(density), 1e-9);
        sameScatter(fast.scatter(), plain.scatter(), drawn.scale * (1 + drawn.offset), points);
        const expected = plain.responsibilities();
        fast.responsibilities().forEach((value, at) => near(value, expected[at], 1e-9, 1e-5));
      }),
      { numRuns },
    );
  });

  it('agree on given responsibilities', () => {
    fc.assert(
      fc.property(shape, (drawn) => {
        const { points, weights, start, parameters } = draw(drawn);
        const { k } = parameters;
        const [plain, fast] = [plainMixture, simd].map((kernel) => kernel.expectation(points, weights, start, k, drawn.diagonal));
        sameScatter(fast.scatter(), plain.scatter(), drawn.scale * (1 + drawn.offset), points);
      }),
      { numRuns },
    );
  });

  it('agree in the densities of any range of rows', () => {
    fc.assert(
      fc.property(shape, fc.nat(), fc.nat(), (drawn, a, b) => {
        const { points, parameters } = draw(drawn);
        const density = required(densityOf(parameters));
        const [from, to] = [a % (points.rows + 1), b % (points.rows + 1)].sort((x, y) => x - y);
        const [plain, fast, all] = [from, from, 0].map(() => new Float64Array(points.rows * parameters.k + 3));
        plainMixture.logDensities(density, points, from, to, plain, 3);
        simd.logDensities(density, points, from, to, fast, 3);
        simd.logDensities(density, points, 0, points.rows, all, 3);
        fast.forEach((value, at) => near(value, plain[at], 1e-11, 100));
        const { k } = parameters;
        expect(fast.subarray(3, 3 + (to - from) * k)).toEqual(all.subarray(3 + from * k, 3 + to * k));
      }),
      { numRuns },
    );
  });
});

/** Two components about 0 and 5 in d columns, with one row put elsewhere. */
const pair = (n: number, d: number, elsewhere: number): Case =>
  withRow(draw({ seed: 7, n, d, k: 2, diagonal: false, weighted: false, scale: 1, offset: 0, apart: 3, outlier: 0 }), elsewhere);

function withRow(drawn: Case, value: number): Case {
  const values = drawn.points.values.slice();
  values.fill(value, drawn.points.stride, drawn.points.stride + drawn.points.cols);
  return { ...drawn, points: { ...drawn.points, values } };
}

it('a row beyond all floating point has equal posteriors and no likelihood, in either kernel', () => {
  const { points, parameters } = pair(21, 3, 1e160);
  const density = required(densityOf(parameters));
  for (const kernel of [plainMixture, simd]) {
    const expectation = kernel.expectation(points, null, new Float64Array(42), 2, false);
    expect(expectation.eStep(density)).toBe(-Infinity);
    const shares = expectation.responsibilities();
    expect(Array.from(shares.subarray(2, 4))).toEqual([0.5, 0.5]);
    const { sizes, total } = expectation.scatter();
    expect(Math.abs(total - 21)).toBeLessThan(1e-12);
    expect(sizes.every((size) => size >= 0.5)).toBe(true);
  }
});

it('gives the same bits again, whatever the instance worked on in between, and in an instance of its own', () => {
  const one = draw({ seed: 3, n: 5003, d: 7, k: 4, diagonal: false, weighted: true, scale: 1, offset: 2, apart: 2, outlier: 0 });
  const other = draw({ seed: 4, n: 700, d: 11, k: 3, diagonal: true, weighted: false, scale: 1e3, offset: 0, apart: 1, outlier: 50 });
  const run = (kernel: MixtureKernel, { points, weights, parameters, start }: Case): unknown => {
    const { k, model } = parameters;
    const own = start.slice();
    return [em(points, weights, own, k, model, { kernel, maxIterations: 6 }), own];
  };
  const first = run(simd, one);
  run(simd, other);
  expect(run(simd, one)).toEqual(first);
  expect(run(createSimdKernel(testKernels()).mixture, one)).toEqual(first);
});

it('takes the sums again where a mean has moved so far that what is left of them would be rounding', () => {
  // All rows within 1e-6 of 1000, in E-steps whose components lie elsewhere and are wide.
  const normal = normals(testStream(11));
  const values = Float64Array.from({ length: 500 * 2 }, () => 1000 + 1e-6 * normal());
  const points = toPoints({ rows: 500, cols: 2, names: ['a', 'b'], values });
  const wide = { model: 'VVV', k: 2, cols: 2, proportions: Float64Array.of(0.5, 0.5), means: Float64Array.of(-2000, 0, 2500, 10) } as const;
  const density = required(densityOf({ ...wide, covariances: Float64Array.of(1e6, 0, 0, 1e6, 2e6, 0, 0, 1e6) }));
  const [plain, fast] = [plainMixture, simd].map((kernel) => {
    const expectation = kernel.expectation(points, null, new Float64Array(1000), 2, false);
    expectation.eStep(density);
    return expectation.scatter();
  });
  // The rounding of the values themselves is 1e-13 beside a spread of 1e-6.
  fast.within.forEach((value, at) => near(value, plain.within[at], 1e-6, plain.sizes[0] * 1e-12));
});

it('has posteriors within a few roundings, and none below e^-40', () => {
  const points = toPoints({ rows: 1, cols: 1, names: ['x'], values: new Float64Array(1) });
  fc.assert(
    fc.property(fc.double({ min: -45, max: 0, noNaN: true }), (below) => {
      // Densities that are their constants: the second component's is e^below of the first's.
      const density: Density = { k: 2, cols: 1, diagonal: false, means: new Float64Array(2), factors: new Float64Array(2), constants: Float64Array.of(0, below) };
      const expectation = simd.expectation(points, null, new Float64Array(2), 2, false);
      near(expectation.eStep(density), Math.log1p(Math.exp(below)), 1e-15, 1);
      const { sizes } = expectation.scatter();
      near(sizes[1] / sizes[0], below < -40 ? 0 : Math.exp(below), 3 * Number.EPSILON);
    }),
    { numRuns: 2000 },
  );
});
