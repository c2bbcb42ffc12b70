import { dealGroups, drawGroups } from '../../../src/core/drift/groups';
import { ids } from '../../support/drift-trials';

it('puts a customer of both days into one group, and as many into each', () => {
  const [reference, current] = [ids(9000, 'c'), [...ids(6000, 'c').reverse(), ...ids(1000, 'd')]];
  const { groups, both, ...of } = dealGroups(reference, current, 3);
  expect({ groups, both }).toEqual({ groups: 4096, both: 6000 });
  for (let i = 0; i < 6000; i++) expect(of.current[i]).toBe(of.reference[5999 - i]);
  const sizes = new Array<number>(groups).fill(0);
  for (const group of of.reference) sizes[group]++;
  for (const group of of.current.subarray(6000)) sizes[group]++;
  // 10,000 customers in 4,096 groups
  expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([2, 3]);
});

it('deals in random order: neighbours lie apart, and another seed deals otherwise', () => {
  const [one, other] = [0, 1].map((seed) => dealGroups(ids(20_000, 'c'), [], seed).reference);
  const next = one.filter((group, i) => i > 0 && group - one[i - 1] === 1).length;
  expect(next).toBeLessThan(40);
  expect(one.filter((group, i) => group === other[i]).length).toBeLessThan(40);
});

it('gives each of a few customers a group of its own', () => {
  const { groups, reference, current } = dealGroups(['a', 'b'], ['b', 'c'], 0);
  expect(groups).toBe(3);
  expect(new Set([...reference, current[1]]).size).toBe(3);
  expect(current[0]).toBe(reference[1]);
});

it('draws as many groups as there are, with replacement', () => {
  const { counts, draws } = drawGroups({ groups: 1000 }, 50, 1);
  expect(draws).toBe(50);
  let zeros = 0;
  for (let draw = 0; draw < 50; draw++) {
    const row = counts.subarray(draw * 1000, (draw + 1) * 1000);
    expect(row.reduce((a, b) => a + b, 0)).toBe(1000);
    zeros += row.filter((c) => c === 0).length;
  }
  // (1 - 1/n)^n = 0.368 of them are not drawn
  expect(zeros / 50_000).toBeCloseTo(0.368, 2);
});
