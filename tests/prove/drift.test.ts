import { customers, driftOf, falseAlarms, resample, shiftsFound } from '../support/drift-trials';

const TRIALS = Number(process.env.DRAMATIS_PROVE_TRIALS ?? 100);
const LARGE = 1_000_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

it.each(['both', 'today'] as const)('raises no alarm on 100 resamples of the same 1,000 customers (%s)', (days) => {
  const alarms = falseAlarms(1000, TRIALS, days);
  say(`1,000 customers, ${days} drawn: ${alarms.length} alarms on ${TRIALS} resamples of 5 features`);
  expect(alarms).toEqual([]);
}, 3_600_000);

it('raises no alarm on 100 resamples of the same 1,000,000 customers', () => {
  const data = customers(LARGE, LARGE);
  const alarms: string[] = [];
  for (let trial = 0; trial < TRIALS; trial++) {
    const drift = driftOf(resample(data, 2 * trial), resample(data, 2 * trial + 1), { paired: false, seed: trial });
    alarms.push(...drift.filter((each) => each.alarms.length > 0).map(({ feature, alarms: raised }) => `resample ${trial}: ${feature} ${raised.join(' ')}`));
  }
  say(`1,000,000 customers: ${alarms.length} alarms on ${TRIALS} resamples of 5 features`);
  expect(alarms).toEqual([]);
}, 36_000_000);

describe.each(['spend', 'orders', 'recency', 'gap', 'night'])('a planted shift of %s at 20,000 customers', (column) => {
  it.each([
    { shift: 0.1, paired: true },
    { shift: -0.1, paired: true },
    { shift: 0.15, paired: false },
    { shift: -0.15, paired: false },
  ])('of $shift (paired: $paired) is found in at least 95 of 100 seeds', ({ shift, paired }) => {
    const { found, by, elsewhere } = shiftsFound(20_000, TRIALS, { shift, paired, column });
    say(`${column} ${shift > 0 ? '+' : ''}${100 * shift} %, ${paired ? 'the same customers' : 'others'}: found in ${found} of ${TRIALS} (${JSON.stringify(by)}), ${elsewhere} alarms on other features`);
    expect(found).toBeGreaterThanOrEqual(0.95 * TRIALS);
    expect(elsewhere).toBe(0);
  }, 3_600_000);
});
