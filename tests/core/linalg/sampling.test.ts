import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { bottomK } from '../../../src/core/linalg/sampling';

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

it('takes the ids with the smallest md5(id:seed), as row indices in order', () => {
  const expected = ids
    .map((id, row) => ({ row, hash: md5(`${id}:3`) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
    .slice(0, 3)
    .map(({ row }) => row)
    .sort((a, b) => a - b);
  expect(Array.from(bottomK(ids, 3, 3))).toEqual(expected);
});

it('draws the same ids whatever the order of the rows', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(ids, { minLength: 8, maxLength: 8 }),
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 0, max: 100 }),
      (shuffled, size, seed) => {
        const drawn = (list: string[]): string[] => Array.from(bottomK(list, seed, size), (row) => list[row]).sort();
        expect(drawn(shuffled)).toEqual(drawn(ids));
      },
    ),
  );
});

it('a smaller sample is part of a larger one, another seed draws others', () => {
  const many = Array.from({ length: 500 }, (_, i) => `id${i}`);
  const large = new Set(bottomK(many, 0, 100));
  expect(Array.from(bottomK(many, 0, 40)).every((row) => large.has(row))).toBe(true);
  expect(Array.from(bottomK(many, 1, 100))).not.toEqual(Array.from(bottomK(many, 0, 100)));
});

it('gives all rows where the sample is not smaller, none where it is 0', () => {
  expect(Array.from(bottomK(ids, 0, 8))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(Array.from(bottomK(ids, 0, 0))).toEqual([]);
  expect(Array.from(bottomK([], 0, 5))).toEqual([]);
});
