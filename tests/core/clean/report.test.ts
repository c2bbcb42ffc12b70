import { cleanReport, cleanSummary, cleanWarnings, type StepRow } from '../../../src/core/clean/report';

const step = (over: Partial<StepRow>): StepRow => ({
  rule: 'r', policy: 'drop', matched: 0, removed: 0, changed: 0, negated: 0, rows_before: 0, rows_after: 0, value_before: '0', value_after: '0', ...over,
});
const STEPS = [step({ rule: 'a', matched: 3, removed: 3, rows_before: 10, rows_after: 7 }), step({ rule: 'b', policy: 'net', matched: 2, changed: 2, negated: 1, rows_before: 7, rows_after: 7 })];

describe('cleanReport', () => {
  it('accounts for every row', () => {
    expect(cleanReport(10, STEPS, { lines: 7, customers: 2, customerRows: null })).toMatchObject({ rowsIn: 10, rowsOut: 7, customers: 2, customerRows: null });
  });

  it.each([
    ['more rows came in than the first step saw', 11, STEPS, 7],
    ['a step starts elsewhere than the one before it ended', 10, [STEPS[0], step({ rule: 'b', rows_before: 6, rows_after: 6 })], 7],
    ['a step ends with fewer rows than it kept', 10, [step({ rule: 'a', removed: 3, rows_before: 10, rows_after: 6 })], 6],
    ['fewer lines were written than the last step left', 10, STEPS, 6],
  ])('refuses where %s', (_, rowsIn, steps, lines) => {
    expect(() => cleanReport(rowsIn, steps, { lines, customers: 2, customerRows: null })).toThrow(expect.objectContaining({ code: 'ROWS_LOST' }));
  });
});

describe('what people read of the cleaning', () => {
  it('names the rules that removed lines', () => {
    const report = cleanReport(10, STEPS, { lines: 7, customers: 2, customerRows: null });
    expect(cleanSummary(report, 1234)).toBe('7 of 10 lines kept in 1,234 orders; removed: a 3');
    expect(cleanSummary({ ...report, steps: [] }, 3)).toBe('7 of 10 lines kept in 3 orders');
  });

  it('warns of negated cancellations and of declared columns with the name of a computed one, and of nothing else', () => {
    expect(cleanWarnings(STEPS, ['order_id', 'amount'])).toEqual([expect.stringContaining('1 lines of cancellations'), expect.stringContaining('amount')]);
    expect(cleanWarnings([STEPS[0]], ['order_id'])).toEqual([]);
  });
});
