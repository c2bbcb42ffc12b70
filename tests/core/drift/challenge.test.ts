import { modesConfig } from '../../../src/config/modes';
import { judgeChallenger, verdictText, type Challenge } from '../../../src/core/drift';

const config = modesConfig.parse({});
const GOOD: Challenge = {
  gates: [{ gate: 'sizes', passed: true }, { gate: 'quality', passed: true }],
  jaccard: { challenger: 0.86, champion: 0.9 },
  customers: { before: 1000, kept: 800 },
  approved: false,
};
const judge = (over: Partial<Challenge> = {}) => judgeChallenger({ ...GOOD, ...over }, config);

it('takes over if every gate passes, it is about as stable, and four of five customers keep their persona', () => {
  expect(judge()).toMatchObject({ winner: 'challenger', approvable: false });
  expect(verdictText(judge())).toBe('The new model takes over: passes all 2 gates; mean Jaccard 0.86, of the current model 0.90; 0.05 less is let pass; 80.0% of the customers keep their persona, 80.0% asked.');
});

it('fails with one gate, however many customers agree', () => {
  const verdict = judge({ gates: [...GOOD.gates, { gate: 'births', passed: false }], approved: true });
  expect(verdict).toMatchObject({ winner: 'champion', approvable: false });
  expect(verdictText(verdict)).toBe('The current model scores on: the new one does not take over: fails births.');
});

it('fails where it is less stable than is let pass, or its stability is not known', () => {
  expect(judge({ jaccard: { challenger: 0.84, champion: 0.9 } }).winner).toBe('champion');
  expect(judge({ jaccard: { challenger: 0.855, champion: 0.9 } }).winner).toBe('challenger');
  expect(judge({ jaccard: { challenger: null, champion: 0.9 } }).winner).toBe('champion');
  expect(judge({ jaccard: { challenger: 0.6, champion: null } }).winner).toBe('challenger');
  // Without resamples somebody has to say so: else no new model would ever take over.
  const unknown = { jaccard: { challenger: null, champion: null } };
  expect(judge(unknown)).toMatchObject({ winner: 'champion', approvable: true });
  expect(judge({ ...unknown, approved: true }).winner).toBe('challenger');
});

it('needs an approver, and nothing else, where fewer customers keep their persona', () => {
  const moved = { customers: { before: 1000, kept: 799 } };
  expect(judge(moved)).toMatchObject({ winner: 'champion', approvable: true });
  expect(verdictText(judge(moved))).toBe(
    'The new model takes over only if an approver agrees, else the current one scores on: 79.9% of the customers keep their persona, 80.0% asked.',
  );
  expect(judge({ ...moved, approved: true }).winner).toBe('challenger');
  expect(judge({ ...moved, jaccard: { challenger: 0.5, champion: 0.9 } })).toMatchObject({ winner: 'champion', approvable: false });
});

it('has nobody to keep where no customer of before is left', () => {
  expect(judge({ customers: { before: 0, kept: 0 } }).winner).toBe('challenger');
});
