import fc from 'fast-check';
import { projectOf } from '../../support/publish-run';
import { decideGate, driftOf, gateOf, type Cast, type GateFacts } from '../../../src/core/gate';

const gate = { ...gateOf(projectOf().config), enabled: true };
const cast = (customers: number, sizes: Readonly<Record<string, number>>): Cast => ({
  customers,
  personas: Object.entries(sizes).map(([key, n]) => ({ key, name: key.toUpperCase(), customers: n, share: n / customers })),
});
const before = cast(1000, { a: 500, b: 300, c: 200 });
const facts = (more: Partial<GateFacts> = {}): GateFacts => ({
  now: before,
  before,
  checks: [],
  drift: [],
  released: false,
  backfill: false,
  kMin: 11,
  ...more,
});
const check = (severity: 'warn' | 'block', passed: boolean) => ({ id: 'age-range', severity, passed, offending: 3, tested: 100 });
const rules = (more: Partial<GateFacts>, config = gate) => decideGate(config, facts(more)).reasons.map(({ rule }) => rule);

it('lets through what stays within every limit, and says which rule did', () => {
  expect(decideGate(gate, facts())).toEqual({ decision: 'open', rule: 'gate/within-limits', reasons: [] });
});

it.each([
  ['there is no gate', 'gate/off', { ...gate, enabled: false }, {}],
  ['it is the first release', 'gate/first-release', gate, { before: null }],
  ['the very same was released before', 'gate/already-released', gate, { released: true }],
] as const)('releases by itself where %s, whatever else there is', (_, rule, config, more) => {
  const worst = { now: cast(10, { z: 10 }), checks: [check('warn', false)], drift: [{ feature: 'f', psi: 9 }] };
  expect(decideGate(config, facts({ ...worst, ...more }))).toEqual({ decision: 'open', rule, reasons: [] });
});

it('holds a persona that grew or shrank by more than the limit of what it was, with both shares', () => {
  // b: 0.30 → 0.40 is + 33 %; a: 0.5 → 0.4 is − 20 %
  const { decision, rule, reasons } = decideGate(gate, facts({ now: cast(1000, { a: 400, b: 400, c: 200 }) }));
  expect([decision, rule]).toEqual(['hold', null]);
  expect(reasons).toEqual([
    {
      rule: 'gate/size-jump',
      message: '"B" (b) went from 30.0 % to 40.0 % of the customers: more than 30.0 % of what it was',
      evidence: { key: 'b', before: 0.3, now: 0.4, change: expect.closeTo(1 / 3, 12), limit: 0.3 },
    },
  ]);
});

it('tells no numbers of fewer customers than kMin', () => {
  const { reasons } = decideGate(gate, facts({ before: cast(1000, { a: 990, b: 10 }), now: cast(1000, { a: 980, b: 20 }) }));
  expect(reasons).toHaveLength(1);
  expect(reasons[0]?.evidence).toEqual({ key: 'b', before: null, now: null, change: null, limit: 0.3 });
  expect(reasons[0]?.message).not.toMatch(/1\.0|2\.0/);
});

it.each([
  ['a birth', { now: cast(1000, { a: 500, b: 300, c: 190, d: 10 }) }, ['gate/births']],
  ['a death', { now: cast(1000, { a: 620, b: 380 }) }, ['gate/deaths']],
  ['half of the customers gone', { now: cast(500, { a: 250, b: 150, c: 100 }) }, ['gate/customers']],
  [
    'drift',
    {
      drift: [
        { feature: 'recency_days', psi: 0.26 },
        { feature: 'frequency', psi: 0.25 },
      ],
    },
    ['gate/drift'],
  ],
  ['a failed warning check', { checks: [check('warn', false), check('warn', true), check('block', false)] }, ['gate/warnings']],
] as const)('holds %s', (_, more, expected) => {
  expect(rules(more)).toEqual(expected);
});

it('lets through what the config allows', () => {
  const config = { ...gate, births: 1, deaths: 1, warnings: 1, drift: 0.3, sizeJump: 0.5 };
  expect(rules({ now: cast(1000, { a: 500, b: 300, d: 200 }), checks: [check('warn', false)], drift: [{ feature: 'f', psi: 0.3 }] }, config)).toEqual(
    [],
  );
});

it('writes down what a backfill would be held for, and lets it through', () => {
  expect(decideGate(gate, facts({ backfill: true, drift: [{ feature: 'f', psi: 1 }] }))).toMatchObject({
    decision: 'open',
    rule: 'gate/backfill',
    reasons: [{ rule: 'gate/drift' }],
  });
});

it('holds a new model that an approver has to agree to, whatever its sizes, also in a backfill; but not what was released before', () => {
  const contest = { evidence: '79.9% of the customers keep their persona, 80.0% asked', kept: 0.799, limit: 0.8 };
  const reason = {
    rule: 'gate/challenger',
    message: 'a new model takes over only with consent, else the current one scores on: 79.9% of the customers keep their persona, 80.0% asked',
    evidence: { kept: 0.799, limit: 0.8 },
  };
  expect(decideGate(gate, facts({ contest }))).toEqual({ decision: 'hold', rule: null, reasons: [reason] });
  expect(decideGate(gate, facts({ contest, backfill: true }))).toMatchObject({ decision: 'hold', reasons: [reason] });
  expect(rules({ contest, drift: [{ feature: 'f', psi: 1 }] })).toEqual(['gate/challenger', 'gate/drift']);
  expect(decideGate(gate, facts({ contest, released: true }))).toMatchObject({ rule: 'gate/already-released' });
  expect(rules({ contest: null })).toEqual([]);
});

it('never holds less with lower limits', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(
      sizes,
      fc.double({ min: 0, max: 2, noNaN: true }),
      fc.double({ min: 0, max: 2, noNaN: true }),
      ([a = 1, b = 1, c = 1], one, other) => {
        const now = cast(a + b + c, { a, b, c });
        const held = (sizeJump: number) => rules({ now }, { ...gate, sizeJump }).length;
        expect(held(Math.min(one, other))).toBeGreaterThanOrEqual(held(Math.max(one, other)));
      },
    ),
  );
});

it('takes drift from whichever stage measured it, and only what has the form', () => {
  const drift = [{ feature: 'a', psi: 0.1 }, { feature: 'b' }, { feature: 'c', psi: null }];
  expect(driftOf([{ facts: {} }, { facts: { drift } }, { facts: { drift: 'much' } }])).toEqual([{ feature: 'a', psi: 0.1 }]);
});
