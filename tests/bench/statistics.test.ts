import fc from 'fast-check';
import { exponent, median } from '../../bench/lib/statistics';

describe('median', () => {
  it('is the middle value, or the mean of the middle two, in whatever order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 10, 2])).toBe(3);
    expect(median([7])).toBe(7);
  });

  it('sorts numbers as numbers', () => {
    expect(median([10, 9, 100])).toBe(10);
  });
});

describe('exponent', () => {
  it('finds the power of a curve that is one', () => {
    const powers = fc.tuple(fc.double({ min: -2, max: 3, noNaN: true }), fc.double({ min: 0.001, max: 1_000, noNaN: true }));
    fc.assert(
      fc.property(powers, ([power, factor]) => {
        const points = [1e5, 1e6, 1e7, 5e7].map((size) => ({ size, cost: factor * size ** power }));
        expect(exponent(points)).toBeCloseTo(power, 8);
      }),
    );
  });

  it('is the least-squares slope where the points lie on no line', () => {
    // ln sizes 0, 1, 2 and ln costs 0, 0, 3: slope = ((-1)(-1) + 0 + (1)(2)) / 2 = 1.5
    const points = [0, 1, 2].map((x, i) => ({ size: Math.exp(x), cost: Math.exp([0, 0, 3][i]) }));
    expect(exponent(points)).toBeCloseTo(1.5, 12);
  });

  it('is unknown of one size, or of a cost that is not above 0', () => {
    expect(exponent([{ size: 10, cost: 1 }])).toBeNull();
    expect(exponent([{ size: 10, cost: 1 }, { size: 10, cost: 2 }])).toBeNull();
    expect(exponent([{ size: 10, cost: 0 }, { size: 20, cost: 2 }])).toBeNull();
    expect(exponent([{ size: 10, cost: NaN }, { size: 20, cost: 2 }])).toBeNull();
  });
});
