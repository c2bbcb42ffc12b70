import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareWithTruth, generateShop, readTruth } from '../../../src/adapters/examples';
import type { Matrix } from '../../../src/core/linalg/matrix';

const truth = new Map([['1', 'a'], ['2', 'a'], ['3', 'a'], ['4', 'b'], ['5', 'b'], ['6', 'b']]);

it('counts behaviours by persona and agrees with the index worked out by hand', () => {
  const personas = new Map([['1', 'x'], ['2', 'x'], ['3', 'y'], ['4', 'y'], ['5', 'y'], ['6', 'y'], ['99', 'x']]);
  const result = compareWithTruth(truth, personas);
  expect(result.customers).toBe(6);
  expect(result.table).toEqual([
    { behaviour: 'a', customers: 3, counts: [2, 1] },
    { behaviour: 'b', customers: 3, counts: [0, 3] },
  ]);
  // pairs together: 1 + 0 + 0 + 3 = 4; in rows 3 + 3 = 6, in columns 1 + 6 = 7, of 15: (4 - 6*7/15) / ((6 + 7)/2 - 6*7/15)
  expect(result.adjustedRand).toBeCloseTo((4 - 2.8) / (6.5 - 2.8), 12);
  expect(result.planted).toBeNull();
});

it('runs k-means from the means of the behaviours', () => {
  // behaviour a at 0, 1 and 9, b at 10, 11 and 12: from the means 10/3 and 11 the customer at 9 goes over to b
  const matrix: Matrix = { rows: 6, cols: 1, names: ['x'], values: Float64Array.of(0, 1, 9, 10, 11, 12) };
  const prepared = { customers: [...truth.keys()], matrix };
  const { planted, adjustedRand } = compareWithTruth(truth, truth, prepared);
  expect(adjustedRand).toBe(1);
  // found {1, 2} and {3, 4, 5, 6}: the same table as above
  expect(planted).toEqual({ k: 2, adjustedRand: expect.closeTo(1.2 / 3.7, 12) });
});

it('refuses a comparison without a common customer', () => {
  expect(() => compareWithTruth(truth, new Map([['77', 'x']]))).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
});

it('reads the behaviour of every generated customer', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'dramatis-truth-'));
  try {
    await expect(readTruth(directory)).rejects.toMatchObject({ code: 'EXAMPLE_DATA_MISSING' });
    await generateShop({ directory, customers: 300 });
    const read = await readTruth(directory);
    expect(read.size).toBe(300);
    expect(new Set(read.values()).size).toBe(6);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
