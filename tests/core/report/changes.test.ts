import fc from 'fast-check';
import type { MigrationRow } from '../../../src/contracts/personas';
import { shownMigration } from '../../../src/core/privacy/moves';
import { renderReport } from '../../../src/core/report/page';
import type { ReportInputs } from '../../../src/core/report/inputs';
import { reportFixture } from '../../support/report-fixture';
import { textOf } from '../../support/report-text';

const fixture = reportFixture();
const keys = fixture.personas.personas.map(({ key }) => key);
const render = (more: Partial<ReportInputs>): string => textOf(renderReport({ ...fixture, ...more }, 'run()'));

describe('what changed', () => {
  it('is not asked of a first release', () => {
    expect(render({ personas: { ...fixture.personas, parentRelease: null } })).not.toContain('What changed since');
  });

  it('says of each persona what it is and why, of the retired too', () => {
    const [first, ...others] = fixture.personas.personas;
    const split = { ...first, identity: { kind: 'split', from: [], keyBy: null, evidence: 'a part of “Old” (psn_old), with 40 % of its members; the key is new' } } as const;
    const page = render({ personas: { ...fixture.personas, personas: [split, ...others] } });
    expect(page).toContain('What changed since release 12');
    expect(page).toContain(`${first.key} split a part of “Old” (psn_old), with 40 % of its members; the key is new`);
    expect(page).toContain('Christmas one-timers psn_2x8e5dwn retired none of its members are in a persona now');
  });

  it('shows who went where, small cells and what they would follow from left out', () => {
    const row = (from: string | null, to: string | null, customers: number): MigrationRow => ({
      from_state: from === null ? 'absent' : from === 'psn_2x8e5dwn' ? 'retired' : 'persona', from_key: from, to_state: to === null ? 'absent' : 'persona', to_key: to, customers,
    });
    const page = render({ migration: [row(keys[0], keys[0], 900), row(keys[0], keys[1], 40), row(keys[0], keys[2], 3), row(keys[1], keys[1], 700), row(keys[1], keys[2], 50), row('psn_2x8e5dwn', null, 60), row(null, keys[1], 30)] });
    const cells = page.slice(page.indexOf('Release before'));
    // 3 would follow from the row's sum, so 40 goes with it; both from their columns' sums, so 30 and 50 do; and 50 from its row's, so 700 does
    expect(cells).toContain('900 withheld < 11 0 0 0');
    expect(cells).toContain('0 withheld withheld 0 0 0');
    expect(cells).toContain('Christmas one-timers (retired) 0 0 0 0 0 60');
    expect(cells).toContain('Not a customer yet 0 withheld 0');
  });

  it('shows no cell from which the size of a persona would follow that is not shown itself', () => {
    // the sizes 5, 30, 100, 200: 5 is too few, and 30 is withheld with it
    const counts = [[5, 0], [0, 30], [100, 0], [0, 200]];
    expect(shownMigration(counts, 11)[1][1]).toBe('withheld');
    const turned = [0, 1].map((c) => counts.map((row) => row[c]));
    expect(shownMigration(turned, 11)[1][1]).toBe('withheld');
  });

  const counts = fc.integer({ min: 2, max: 4 }).chain((columns) => fc.array(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: columns, maxLength: columns }), { minLength: 2, maxLength: 4 }));

  it('hides no cell alone in a row or column, and shows none below kMin', () => {
    fc.assert(
      fc.property(counts, (rows) => {
        const shown = shownMigration(rows, 11);
        rows.forEach((row, r) => row.forEach((n, c) => expect(n > 0 && n < 11 ? typeof shown[r][c] : 'string').toBe('string')));
        const lines = [...rows.map((row, r) => row.map((n, c) => [n, shown[r][c]] as const)), ...rows[0].map((_, c) => rows.map((row, r) => [row[c], shown[r][c]] as const))];
        for (const line of lines) {
          const hidden = line.filter(([, cell]) => typeof cell !== 'number');
          // alone only where there is nobody else to hide among
          if (hidden.length === 1) expect(line.filter(([n]) => n > 0)).toHaveLength(1);
        }
      }),
    );
  });
});
