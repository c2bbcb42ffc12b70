import { verdictOf, type Goal } from '../../bench/lib/verdict';

const ratio: Goal = { must: 5, aim: 10, bound: 'least' };
const memory: Goal = { must: 300, aim: 200, bound: 'most' };

it.each([
  [10, ratio, 'aim'],
  [9.99, ratio, 'must'],
  [5, ratio, 'must'],
  [4.99, ratio, 'below'],
  [200, memory, 'aim'],
  [300, memory, 'must'],
  [300.1, memory, 'below'],
] as const)('%p of %p is %p', (figure, goal, verdict) => {
  expect(verdictOf(figure, goal)).toBe(verdict);
});

it('is not measured where there is no figure, and missed where the figure is none', () => {
  expect(verdictOf(null, ratio)).toBe('not measured');
  expect(verdictOf(NaN, ratio)).toBe('below');
  expect(verdictOf(NaN, memory)).toBe('below');
});

it('needs no more than a figure where the goal is to complete', () => {
  expect(verdictOf(3_000, { must: Infinity, aim: 90, bound: 'most' })).toBe('must');
});
