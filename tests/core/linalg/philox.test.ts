import { philox4x32 } from '../../../src/core/linalg/philox';
import { RandomStream, type StreamAddress } from '../../../src/core/linalg/random-stream';

const address: StreamAddress = { seed: 7, stage: 'selection', use: 'seeding', candidate: 5, restart: 3, block: 0 };
const first = (change: Partial<StreamAddress>): number[] => {
  const stream = new RandomStream({ ...address, ...change });
  return Array.from({ length: 8 }, () => stream.uint32());
};

// Known-answer vectors of Random123 (kat_vectors, philox4x32, 10 rounds): counter, key, result.
it.each([
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
])('Philox4x32-10 gives the published block for counter %j and key %j', (counter, key, expected) => {
  const out = new Uint32Array(4);
  philox4x32(counter, key, out);
  expect(Array.from(out)).toEqual(expected);
});

it('a stream starts with the block of counter (0, block, restart, place) under its seed', () => {
  const out = new Uint32Array(4);
  // Stage selection has index 5, use seeding 0, candidate 5.
  philox4x32([0, 0, 3, (5 << 24) | 5], [7, 0], out);
  expect(first({}).slice(0, 4)).toEqual(Array.from(out));
});

it('the same address gives the same numbers, a change of any part gives others', () => {
  const base = first({});
  expect(first({})).toEqual(base);
  const changes: Partial<StreamAddress>[] = [
    { seed: 8 },
    { seed: 7 + 2 ** 32 },
    { stage: 'clustering' },
    { use: 'resample' },
    { candidate: 6 },
    { restart: 4 },
    { block: 1 },
  ];
  for (const change of changes) expect(first(change)).not.toEqual(base);
});

it('uniform numbers lie in [0, 1) and have the moments of the uniform distribution', () => {
  const stream = new RandomStream(address);
  const values = Array.from({ length: 20_000 }, () => stream.uniform());
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  // Standard errors: 0.289/sqrt(20000) = 0.002 and about 0.0005; four of each.
  expect(Math.abs(mean - 1 / 2)).toBeLessThan(0.0082);
  expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.0021);
});

it('integers cover 0 to n − 1 evenly', () => {
  const stream = new RandomStream(address);
  const counts = new Array<number>(6).fill(0);
  for (let i = 0; i < 6000; i++) counts[stream.integer(6)]++;
  // sd of a count: sqrt(6000 · 1/6 · 5/6) = 28.9; five of them.
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(145);
});
