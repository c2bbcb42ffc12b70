import { BLOCK_ROWS, blocksOf, reduceBlocks } from '../../../src/core/linalg/blocks';

it('blocks cover every row once, in order, the last one shorter', () => {
  expect(blocksOf(5, 2)).toEqual([
    [0, 2],
    [2, 4],
    [4, 5],
  ]);
  expect(blocksOf(0)).toEqual([]);
});

it('a sum is that of the partial sums of fixed blocks, not of the rows one after the other', () => {
  // 1 is lost next to 1e16 within a block, but two blocks of ones are added as wholes.
  const values = new Float64Array(2 * BLOCK_ROWS).fill(1);
  values[0] = 1e16;
  const [sum] = reduceBlocks(values.length, 1, (from, to, partial) => {
    for (let i = from; i < to; i++) partial[0] += values[i];
  });
  expect(sum).toBe(1e16 + BLOCK_ROWS);
});
