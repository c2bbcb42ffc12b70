import fc from 'fast-check';
import { basisValue } from '../../../src/core/prepare/basis';
import { minimise } from '../../../src/core/prepare/brent';
import { moments } from '../../../src/core/prepare/moments';
import { nearestNames } from '../../../src/core/prepare/names';
import { quantile } from '../../../src/core/prepare/quantile';
import { chooseTransform } from '../../../src/core/prepare/transform';
import { fitYeoJohnson, yeoJohnson } from '../../../src/core/prepare/yeo-johnson';

describe('moments', () => {
  it('match the values worked out by hand', () => {
    // mean 2, deviations -2 -1 0 3: m2 = 14/4 = 3.5, m3 = (-8 - 1 + 0 + 27)/4 = 4.5
    const { mean, sd, skewness } = moments(Float64Array.of(0, 1, 2, 5));
    expect(mean).toBe(2);
    expect(sd).toBeCloseTo(Math.sqrt(3.5), 14);
    expect(skewness).toBeCloseTo(4.5 / 3.5 ** 1.5, 14);
  });

  it('do not overflow where cubes would', () => {
    expect(moments(Float64Array.of(0, 1e150, 2e150, 5e150)).skewness).toBeCloseTo(4.5 / 3.5 ** 1.5, 12);
  });
});

it('interpolates quantiles of type 7', () => {
  // position 3 * 0.25 = 0.75 between 1 and 2
  expect(quantile(Float64Array.of(1, 2, 4, 8), 0.25)).toBe(1.75);
  expect(quantile(Float64Array.of(1, 2, 4, 8), 1)).toBe(8);
  expect(quantile(Float64Array.of(3), 0.5)).toBe(3);
});

describe('log-ratios', () => {
  const ilr = (pivot: number, ...parts: number[]) => basisValue({ kind: 'ilr', pivot, pseudoCount: 0.01 }, Float64Array.from(parts));

  it('match the values worked out by hand', () => {
    // with the pseudo-count: 0.51, 0.26, 0.26; sqrt(2/3) ln(0.51 / 0.26), and the rest is even
    expect(ilr(1, 0.5, 0.25, 0.25)).toBeCloseTo(Math.sqrt(2 / 3) * Math.log(0.51 / 0.26), 14);
    expect(ilr(2, 0.5, 0.25, 0.25)).toBeCloseTo(0, 14);
  });

  it('keep the Aitchison distance between compositions', () => {
    const composition = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(composition, composition, (a, b) => {
        const coordinates = (parts: number[]) => [1, 2, 3].map((pivot) => ilr(pivot, ...parts));
        const centredLogs = (parts: number[]) => {
          const logs = parts.map((x) => Math.log(x + 0.01));
          const mean = logs.reduce((s, x) => s + x, 0) / 4;
          return logs.map((x) => x - mean);
        };
        const distance = (x: number[], y: number[]) => Math.hypot(...x.map((v, i) => v - y[i]));
        expect(distance(coordinates(a), coordinates(b))).toBeCloseTo(distance(centredLogs(a), centredLogs(b)), 9);
      }),
    );
  });

  it('are missing where a part is missing', () => {
    expect(ilr(1, 0.5, NaN, 0.5)).toBeNaN();
  });
});

describe('Yeo-Johnson', () => {
  it('is the identity at λ = 1 and continuous at λ = 0 and 2', () => {
    expect(yeoJohnson(-3.5, 1)).toBeCloseTo(-3.5, 14);
    expect(yeoJohnson(7, 1)).toBeCloseTo(7, 13);
    expect(yeoJohnson(7, 1e-12)).toBeCloseTo(yeoJohnson(7, 0), 9);
    expect(yeoJohnson(-7, 2 - 1e-12)).toBeCloseTo(yeoJohnson(-7, 2), 9);
  });

  it('keeps the order of values', () => {
    fc.assert(
      fc.property(fc.double({ min: -100, max: 100, noNaN: true }), fc.double({ min: -100, max: 100, noNaN: true }), fc.double({ min: -2, max: 4, noNaN: true }), (a, b, lambda) => {
        expect(Math.sign(yeoJohnson(a, lambda) - yeoJohnson(b, lambda)) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('finds a λ that no nearby one beats', () => {
    const values = Float64Array.from({ length: 400 }, (_, i) => Math.sinh((i - 150) / 60));
    const lambda = fitYeoJohnson(values);
    // the profile log-likelihood, written out: -n/2 log var + (λ - 1) Σ sign(x) log(1 + |x|)
    const logLikelihood = (l: number): number => {
      const y = Array.from(values, (x) => yeoJohnson(x, l));
      const mean = y.reduce((s, v) => s + v, 0) / y.length;
      const variance = y.reduce((s, v) => s + (v - mean) ** 2, 0) / y.length;
      return (-y.length / 2) * Math.log(variance) + (l - 1) * values.reduce((s, x) => s + Math.sign(x) * Math.log1p(Math.abs(x)), 0);
    };
    for (const step of [-0.5, -0.01, -0.001, 0.001, 0.01, 0.5]) expect(logLikelihood(lambda + step)).toBeLessThan(logLikelihood(lambda));
  });

  it('is not drawn to a λ at which large values collapse in floating point', () => {
    // log-normal around e^12: the true λ is near 0, but at λ = -6 every value is 1/6 to the last bit
    const values = Float64Array.from({ length: 999 }, (_, i) => Math.exp(12 + Math.log((i + 1) / (999 - i)) / 3));
    expect(Math.abs(fitYeoJohnson(values))).toBeLessThan(0.05);
  });

  it('finds a λ at which the transformed values themselves have no digits left', () => {
    // x = e^9 u^(-1/4) with u symmetric around 1: λ is near -4, where (1 + x)^λ is about 2e-16 beside the constant 1/4
    const values = Float64Array.from({ length: 999 }, (_, i) => Math.exp(9) * (1 + 0.1 * Math.log((i + 1) / (999 - i))) ** (-1 / 4));
    const lambda = fitYeoJohnson(values);
    expect(lambda).toBeGreaterThan(-4.5);
    expect(lambda).toBeLessThan(-3.5);
  });
});

describe('the choice of a transform', () => {
  it('leaves a column alone that is hardly skewed', () => {
    expect(chooseTransform(Float64Array.of(1, 2, 3, 4, 6)).kind).toBe('none');
  });

  it('takes log1p where no value is negative and it helps', () => {
    const values = Float64Array.from({ length: 200 }, (_, i) => Math.exp(i / 25));
    const transform = chooseTransform(values);
    expect(transform.kind).toBe('log1p');
    expect(transform).toHaveProperty('after', moments(values.map(Math.log1p)).skewness);
  });

  it('takes Yeo-Johnson where values are negative, or the tail is on the left', () => {
    expect(chooseTransform(Float64Array.from({ length: 200 }, (_, i) => Math.exp(i / 25) - 50)).kind).toBe('yeo-johnson');
    expect(chooseTransform(Float64Array.from({ length: 200 }, (_, i) => 3000 - Math.exp(i / 25))).kind).toBe('yeo-johnson');
  });

  it('is none where the transformed values would have no digits left', () => {
    const steep = Float64Array.from({ length: 999 }, (_, i) => -Math.exp(9) * (1 + 0.12 * Math.log((i + 1) / (999 - i))) ** (-1 / 2));
    expect(Math.abs(moments(steep).skewness)).toBeGreaterThan(1);
    expect(2 - fitYeoJohnson(steep)).toBeLessThan(-1.5);
    expect(chooseTransform(steep).kind).toBe('none');
  });

  it('never leaves a column more skewed than it was', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 40 }), (values) => {
        const transform = chooseTransform(Float64Array.from(values));
        if (transform.kind !== 'none') expect(Math.abs(transform.after)).toBeLessThan(Math.abs(transform.skewness));
      }),
    );
  });
});

it('finds the minimum of a parabola and of a function with infinite ends', () => {
  expect(minimise((x) => (x - 1.25) ** 2, -6, 6)).toBeCloseTo(1.25, 8);
  expect(minimise((x) => (x < -1 || x > 3 ? Infinity : Math.abs(x - 0.3)), -6, 6)).toBeCloseTo(0.3, 7);
  expect(minimise((x) => x, -6, 6)).toBeCloseTo(-6, 6);
});

it('offers the nearest known names', () => {
  const known = ['recency_days', 'frequency', 'monetary', 'average_order_value', 'product_mix'];
  expect(nearestNames('freqency', known)).toEqual(['frequency']);
  expect(nearestNames('recency', known)).toEqual(['recency_days']);
  expect(nearestNames('zodiac', known)).toEqual([]);
});
