import type { AttachedNote } from '../../../src/contracts/notes';
import { renderReport } from '../../../src/core/report/page';
import type { ReportInputs } from '../../../src/core/report/inputs';
import { reportFixture } from '../../support/report-fixture';
import { textOf } from '../../support/report-text';

const fixture = reportFixture();
const [first, second] = fixture.personas.personas.map(({ key }) => key);
const note = (more: Partial<AttachedNote> = {}): AttachedNote => ({
  file: 'personas/a.md', personas: [first], title: 'The planner', motives: ['buys <early>'], needs: ['a list'], quotes: ['Never in December.'], picture: null, consent: 'written, 2011-11-02',
  date: '2011-11-02', author: 'Ana', reviewed: null, text: 'Six interviews.\n\nAll at home.', review: null, inheritedFrom: null, ...more,
});
const render = (more: Partial<ReportInputs>): string => renderReport({ ...fixture, ...more }, 'run()');
const withNotes = (...notes: readonly AttachedNote[]): Pick<ReportInputs, 'notes'> => ({ notes: { format: 1, personas: [{ key: first, notes }], loose: [] } });

describe('interview notes in the report', () => {
  it('are not spoken of where there are none', () => {
    const page = render({});
    expect(page).not.toContain('In their own words');
    expect(page).not.toContain('img-src');
  });

  it('are shown with all they say, escaped, and linked from the card', () => {
    const page = render(withNotes(note()));
    const text = textOf(page);
    for (const said of ['The planner', 'buys &lt;early&gt;', 'a list', 'Never in December.', 'Six interviews.', 'All at home.', 'Ana, 2 November 2011. Consent: written, 2011-11-02.']) expect(page.includes(said) || text.includes(said)).toBe(true);
    expect(page).not.toContain('<early>');
    expect(text).toContain('Interviews 1');
    expect(text).not.toContain('to review');
  });

  it('are flagged with the reason, on the card and above', () => {
    const text = textOf(render(withNotes(note({ review: 'psn_x fell apart in release 7, as of 2011-12-01', inheritedFrom: 'psn_x' }))));
    expect(text).toContain('1 note to review.');
    expect(text).toContain('review psn_x fell apart in release 7, as of 2011-12-01.');
    expect(text).toContain('Written about psn_x');
    expect(text).toContain('Interviews 1 review');
  });

  it('have their pictures in the page, and the policy lets in nothing else', () => {
    const picture = { path: 'personas/a.png', mediaType: 'image/png', ref: { sha256: 'ab', bytes: 4, rows: null, kind: 'project.picture' } } as const;
    const page = render({ ...withNotes(note({ picture })), pictures: new Map([['ab', 'iVBORw==']]) });
    expect(page).toContain('src="data:image/png;base64,iVBORw=="');
    expect(/default-src &#39;none&#39;; img-src data:; script-src/.test(page)).toBe(true);
  });

  it('without a persona are named, with the reason', () => {
    const text = textOf(render({ notes: { format: 1, personas: [], loose: [{ note: note({ personas: [second] }), because: '“Old” retired as of 2011-11-30 and has no successor' }] } }));
    expect(text).toContain('1 note without a persona. personas/a.md: “Old” retired as of 2011-11-30 and has no successor.');
  });
});
