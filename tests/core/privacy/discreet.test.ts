import { discreet } from '../../../src/core/privacy/discreet';

const gate = (evidence: string) => ({ gate: 'minShare' as const, passed: false, evidence });
const candidates = [
  { sizes: [400, 7], unassigned: 0, gates: [gate('smallest cluster 1.7 % of customers, at least 2.0 % asked')] },
  { sizes: [390, 17], unassigned: 0, gates: [gate('smallest cluster 4.2 % of customers, at least 5.0 % asked')] },
];

it('writes counts of fewer than kMin customers or rows as such', () => {
  expect(discreet('a cluster (7 customers) and 4 rows share one value, or 0 customers', [], 11)).toBe(
    'a cluster (fewer than 11 customers) and fewer than 11 rows share one value, or 0 customers',
  );
  expect(discreet('component 2 empty (a single row)', [], 11)).toBe('component 2 empty (fewer than 11 rows)');
});

it('leaves greater counts, limits and parts of greater numbers alone', () => {
  const text = '11 customers, 1,007 customers, 5000.7 rows, at least 5 asked, 7 clusters';
  expect(discreet(text, candidates, 11)).toBe(text);
});

it('writes the share of so small a cluster without its figure, that of others with it', () => {
  expect(discreet(`a: ${candidates[0].gates[0].evidence}; b: ${candidates[1].gates[0].evidence}`, candidates, 11)).toBe(
    'a: smallest cluster fewer than 11 customers, at least 2.0 % asked; b: smallest cluster 4.2 % of customers, at least 5.0 % asked',
  );
});
