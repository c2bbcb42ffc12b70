import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNotes } from '../../src/adapters/project/notes';
import { parseNote } from '../../src/config/notes';
import { PipelineError } from '../../src/contracts/errors';
import { sha256Hex } from '../../src/core/audit';

const GOOD = `---
persona: psn_k7m2x4qa
motives: [finds gifts early]
needs:
  - to be reminded
quotes: I never buy in December.
consent: written, 2026-05-03
date: 2026-05-03
author: Ana
---

Six interviews of forty minutes.
`;

const issuesOf = (source: string): string[] => {
  try {
    parseNote(source, 'personas/a.md');
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', details: { file: 'personas/a.md' } });
    return (error as PipelineError).message.split('\n');
  }
};
const edited = (from: string | RegExp, to: string): string => {
  const text = GOOD.replace(from, to);
  if (text === GOOD) throw new Error(`the edit of ${String(from)} changes nothing`);
  return text;
};

describe('a note', () => {
  it('is front matter and text', () => {
    expect(parseNote(GOOD, 'personas/a.md').note).toEqual({
      file: 'personas/a.md', personas: ['psn_k7m2x4qa'], title: null, motives: ['finds gifts early'], needs: ['to be reminded'], quotes: ['I never buy in December.'], picture: null,
      consent: 'written, 2026-05-03', date: '2026-05-03', author: 'Ana', reviewed: null, text: 'Six interviews of forty minutes.',
    });
    expect(parseNote(`\uFEFF${GOOD.replaceAll('\n', '\r\n')}`, 'personas/a.md').note.text).toBe('Six interviews of forty minutes.');
  });

  it.each([
    ['missing consent', /consent: .*\n/, '', 'personas/a.md:2:1 consent: say how and when the interviewees agreed, e.g. "written, 2026-05-03": without consent a note is not used'],
    ['refused consent', 'consent: written, 2026-05-03', 'consent: none', 'personas/a.md:7:10 consent: say how and when'],
    ['consent that is no text', 'consent: written, 2026-05-03', 'consent: true', 'personas/a.md:7:10 consent: say how and when'],
    ['no key', 'psn_k7m2x4qa', 'the regulars', 'personas/a.md:2:10 persona: no persona key'],
    ['no key in a list', 'persona: psn_k7m2x4qa', 'persona: [psn_k7m2x4qa, PSN]', 'personas/a.md:2:25 persona.1: no persona key'],
    ['no date', 'date: 2026-05-03', 'date: May', 'personas/a.md:8:7 date: write a date as YYYY-MM-DD'],
    ['no such day', 'date: 2026-05-03', 'date: 2026-02-30', 'personas/a.md:8:7 date: there is no such day'],
    ['an unknown key', 'needs:', 'wishes:', 'personas/a.md:4:1 wishes: unknown key "wishes"'],
    ['a key written twice', 'author: Ana', 'author: Ana\nauthor: Bo', 'personas/a.md:10:1 no valid YAML (duplicate key)'],
    ['an address', 'Six interviews', 'With jo@example.org and', 'personas/a.md:12:6 an e-mail address: leave out what tells who the interviewee is'],
    ['no front matter', '---\npersona', 'persona', 'personas/a.md:1:1 a note begins with its front matter'],
  ])('refuses %s, with the place and without the words', (_, from, to, message) => {
    const issues = issuesOf(edited(from, to));
    expect(new Set(issues.map((line) => line.split(' ')[0])).size).toBe(1);
    expect(issues[0].startsWith(message)).toBe(true);
    expect(issues.join()).not.toMatch(/regulars|jo@|Six/);
  });

  it('names all that is wrong at once', () => {
    expect(issuesOf('---\npersona: 1\n---\n').map((line) => line.split(' ')[1])).toEqual(['consent:', 'date:', 'author:', 'persona:']);
    expect(issuesOf('---\n---\n')).toHaveLength(4);
  });
});

describe('the folder personas', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dramatis-notes-'));
    mkdirSync(join(folder, 'personas'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, content: string | Buffer) => writeFileSync(join(folder, 'personas', name), content);
  const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

  it('without notes is nothing', async () => {
    write('README.md', 'how to write notes');
    write('draft.txt', 'x');
    expect(await readNotes(folder)).toBeNull();
    expect(await readNotes(join(folder, 'nowhere'))).toBeNull();
  });

  it('has its notes in the order of their names, under one hash that every word changes', async () => {
    write('b.md', GOOD);
    write('a.md', GOOD);
    const first = await readNotes(folder);
    expect(first?.document.notes.map(({ file }) => file)).toEqual(['personas/a.md', 'personas/b.md']);
    write('a.md', GOOD.replace('Six', 'Seven'));
    expect((await readNotes(folder))?.ref.sha256).not.toBe(first?.ref.sha256);
    write('a.md', GOOD);
    expect((await readNotes(folder))?.ref).toEqual(first?.ref);
  });

  it('has pictures, by their content', async () => {
    write('a.png', PNG);
    write('a.md', edited('author:', 'picture: personas/a.png\nauthor:'));
    const notes = await readNotes(folder);
    expect(notes?.document.notes[0].picture).toEqual({ path: 'personas/a.png', mediaType: 'image/png', ref: { sha256: sha256Hex(PNG), bytes: 16, rows: null, kind: 'project.picture' } });
    expect(notes?.pictures[0].bytes).toEqual(PNG);
  });

  it('names what is wrong in all of its files', async () => {
    write('a.md', edited(/consent: .*\n/, ''));
    write('big.png', Buffer.concat([PNG, Buffer.alloc(600_000)]));
    write('no.png', '<svg/>');
    for (const [name, picture] of [['b', '../out.png'], ['c', 'personas/no.png'], ['d', 'personas/big.png'], ['e', '/etc/hostname']]) write(`${name}.md`, edited('author:', `picture: ${picture}\nauthor:`));
    const error = await readNotes(folder).then(() => undefined, (thrown: unknown) => thrown as PipelineError);
    expect(error?.message.split('\n').map((line) => line.slice(0, 60))).toEqual([
      expect.stringMatching(/^personas\/a\.md:2:1 consent: say how and when/),
      expect.stringMatching(/^personas\/b\.md:9:10 picture: the picture cannot be read/),
      expect.stringMatching(/^personas\/c\.md:9:10 picture: no picture of the kinds/),
      expect.stringMatching(/^personas\/d\.md:9:10 picture: larger than 512 KB/),
      expect.stringMatching(/^personas\/e\.md:9:10 picture: the picture lies outside/),
    ]);
    expect(error?.details.issues).toHaveLength(5);
  });
});
