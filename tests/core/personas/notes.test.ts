import type { InterviewNote } from '../../../src/contracts/notes';
import type { FormerPersona, PersonaTransition } from '../../../src/contracts/personas';
import { attachNotes } from '../../../src/core/personas/notes';

const note = (personas: readonly string[], more: Partial<InterviewNote> = {}): InterviewNote => ({
  file: 'personas/a.md', personas, title: null, motives: ['price'], needs: [], quotes: [], picture: null, consent: 'written', date: '2026-01-10', author: 'ana', reviewed: null, text: '', ...more,
});
const persona = (key: string, ...transitions: PersonaTransition[]) => ({ key, name: key.toUpperCase(), transitions });
const split = (from: string, release: number | null, asOf = '2026-02-01'): PersonaTransition => ({ kind: 'split', asOf, release, from: [from] });
const gone = (key: string, into: readonly string[]): FormerPersona => ({ key, name: key.toUpperCase(), asOf: '2026-02-01', kind: 'merged', into });
const attach = (one: InterviewNote, personas: readonly ReturnType<typeof persona>[], former: readonly FormerPersona[] = []) => {
  const { notes, warnings } = attachNotes({ format: 1, notes: [one] }, { personas, former });
  return { shown: notes.personas.map(({ key, notes: [{ inheritedFrom, review }] }) => [key, inheritedFrom, review]), loose: notes.loose, warnings };
};

describe('a note', () => {
  it('stays with its persona, as it is written', () => {
    expect(attach(note(['a']), [persona('a'), persona('b')])).toEqual({ shown: [['a', null, null]], loose: [], warnings: [] });
    expect(attach(note(['a', 'b']), [persona('a'), persona('b')]).shown).toHaveLength(2);
  });

  it('is shown with both children of a split, to be reviewed', () => {
    const because = 'a fell apart in release 7, as of 2026-02-01';
    expect(attach(note(['a']), [persona('a', split('a', 7)), persona('x', split('a', 7)), persona('b')]).shown).toEqual([['a', null, because], ['x', 'a', because]]);
    expect(attach(note(['a']), [persona('a', split('a', null))]).shown).toEqual([['a', null, 'a fell apart in this release, as of 2026-02-01']]);
  });

  it.each([
    ['a date after the as-of of the release', { date: '2026-02-02' }, true],
    ['the number of the release', { reviewed: 7 }, true],
    ['the as-of of the release', { reviewed: '2026-02-01' }, true],
    ['a date on that day', { date: '2026-02-01' }, false],
    ['an earlier release', { reviewed: 6 }, false],
    ['an earlier as-of', { reviewed: '2026-01-31' }, false],
  ])('is done with by %s', (_, more, done) => {
    const { shown } = attach(note(['a'], more), [persona('a', split('a', 7)), persona('x', split('a', 7))]);
    expect(shown.map(([key, , review]) => [key, review === null])).toEqual(done ? [['a', true]] : [['a', false], ['x', false]]);
  });

  it('is to be reviewed again after the next split, and with every persona that came of it', () => {
    const [first, second] = [split('a', 7), split('x', 9, '2026-03-01')];
    const cast = [persona('a', first), persona('x', first, second), persona('y', first, second)];
    expect(attach(note(['a']), cast).shown.map(([key]) => key)).toEqual(['a', 'x', 'y']);
    expect(attach(note(['x'], { date: '2026-02-15' }), cast).shown).toEqual([['x', null, 'x fell apart in release 9, as of 2026-03-01'], ['y', 'x', 'x fell apart in release 9, as of 2026-03-01']]);
  });

  it('of a retired persona is shown with the successor of its successor, and a warning names it', () => {
    const { shown, warnings, loose } = attach(note(['a']), [persona('c')], [gone('a', ['b']), gone('b', ['c', 'd'])]);
    expect(shown).toEqual([['c', 'a', '“A” retired as of 2026-02-01, and its successor is “C” (c)']]);
    expect(warnings).toEqual(['the note of 2026-01-10 is about a: “A” retired as of 2026-02-01, and its successor is “C” (c); it is shown there until its key is changed']);
    expect(loose).toEqual([]);
  });

  it('of two that became one is shown once, to be reviewed', () => {
    const merged: PersonaTransition = { kind: 'merged', asOf: '2026-02-01', release: 7, from: ['a', 'b'] };
    const cast = [persona('a', merged)];
    expect(attach(note(['a']), cast).shown).toEqual([['a', null, 'a and b became one in release 7, as of 2026-02-01']]);
    expect(attach(note(['b']), cast, [gone('b', ['a'])]).shown).toEqual([['a', 'b', 'a and b became one in release 7, as of 2026-02-01']]);
    expect(attach(note(['b']), cast, [gone('b', ['a'])]).warnings).toHaveLength(1);
  });

  it('without a persona left is loose, with the reason', () => {
    const lost = attach(note(['a']), [persona('c')], [gone('a', [])]);
    expect(lost.loose.map(({ because }) => because)).toEqual(['“A” retired as of 2026-02-01 and has no successor']);
    expect(attach(note(['z']), [persona('c')]).loose[0].because).toMatch(/^no persona ever had this key/);
    // what two former personas say of each other must end somewhere
    expect(attach(note(['a']), [persona('c')], [gone('a', ['b']), gone('b', ['a'])]).loose).toHaveLength(1);
  });

  it('says nothing of its words in a warning', () => {
    const secret = note(['z'], { motives: ['secret'], quotes: ['secret'], text: 'secret', author: 'secret', consent: 'secret', file: 'personas/secret.md' });
    expect(attach(secret, []).warnings.join()).not.toContain('secret');
  });
});
