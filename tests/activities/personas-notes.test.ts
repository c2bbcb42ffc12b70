import { personas } from '../../src/activities/personas';
import type { ArtifactRef } from '../../src/contracts/artifacts';
import type { InterviewNote, PersonaNotes, ProjectNotes } from '../../src/contracts/notes';
import { createBench, type Bench } from './clean-support';
import { featuresSelect, makeFeatures, makePersonas, projectOf, type Made } from './personas-support';

const note = (key: string, more: Partial<InterviewNote> = {}): InterviewNote => ({
  file: 'personas/a.md', personas: [key], title: null, motives: ['to own less'], needs: [], quotes: ['Only when it breaks.'], picture: null,
  consent: 'written, 2024-11-02', date: '2024-11-02', author: 'ana', reviewed: null, text: '', ...more,
});
const day = (n: number): string => `2025-01-${String(n).padStart(2, '0')}`;

describe('an interview note', () => {
  let bench: Bench;
  let first: Made;
  beforeAll(async () => {
    bench = createBench();
    first = await makePersonas(bench, projectOf(), await makeFeatures(bench, featuresSelect(300)));
  });
  afterAll(() => bench.dispose());

  const store = (...notes: readonly InterviewNote[]): Promise<ArtifactRef> => bench.artifacts.writeJson('project.notes', { format: 1, notes } satisfies ProjectNotes);
  const notesOf = (made: Made) => bench.artifacts.readJson<PersonaNotes>(made.output.outputs['personas.notes']);
  const shown = async (made: Made) => (await notesOf(made)).personas.map(({ key, notes: [{ review }] }) => [key, review]);

  it('leaves no output where the project has none', () => {
    expect(Object.keys(first.output.outputs)).not.toContain('personas.notes');
  });

  it('is still on its persona after 10 refreshes with other customers, labels and seeds, is flagged on both children after a split, until it is reviewed', async () => {
    const before = first.report.personas.map(({ key, name }) => [key, name] as const);
    const notes = await store(...before.map(([key]) => note(key, { file: `personas/${key}.md` })));
    let made = first;
    for (let n = 1; n <= 10; n++) {
      // each night some customers leave and some values drift
      const features = await makeFeatures(bench, `SELECT * FROM (${featuresSelect(300, n / 2)}) WHERE pid >= 'c_${String(n).padStart(6, '0')}' ORDER BY pid`);
      made = await makePersonas(bench, projectOf(), features, { parent: made, seed: n, asOf: day(n), release: n, notes });
      expect(new Map((await shown(made)) as [string, null][])).toEqual(new Map(before.map(([key]) => [key, null])));
      expect(new Map(made.report.personas.map(({ key, name }) => [key, name]))).toEqual(new Map(before));
      expect(made.output.warnings).toEqual([expect.stringContaining('does not survive resampling')]);
    }
    const all = await makeFeatures(bench, featuresSelect(300));
    const four = await makePersonas(bench, projectOf(), all, { k: 4, parent: made, asOf: day(11), release: 11, notes });
    const children = four.report.personas.filter(({ identity }) => identity.kind === 'split');
    const [key] = new Set(children.flatMap(({ identity }) => identity.from.map((from) => from.key)));
    expect(children.map((child) => child.key)).toContain(key);
    const flags = (release: string) => new Map(four.report.personas.map((persona) => [persona.key, children.includes(persona) ? `${key} fell apart in ${release}, as of 2024-12-31` : null]));
    expect(new Map((await shown(four)) as [string, string][])).toEqual(flags('this release'));
    expect(children).toHaveLength(2);
    // each has one parent, though it has members of others too
    for (const child of children) expect(child.transitions).toMatchObject([{ kind: 'split', release: null, from: [key] }]);
    // the split was made in release 12: a later run knows the number, and the note goes on asking
    const later = (ref: ArtifactRef) => makePersonas(bench, projectOf(), all, { k: 4, parent: four, asOf: day(12), release: 12, notes: ref });
    expect(new Map((await shown(await later(notes))) as [string, string][])).toEqual(flags('release 12'));
    expect(await shown(await later(await store(note(key, { reviewed: 12 }))))).toEqual([[key, null]]);
    expect(await shown(await later(await store(note(key, { reviewed: 11 }))))).toHaveLength(2);
  });

  it('of a key that nobody has is a warning without its words', async () => {
    const features = await makeFeatures(bench, featuresSelect(300));
    const made = await makePersonas(bench, projectOf(), features, { notes: await store(note('psn_aaaaaaaa')) });
    expect(made.output.warnings).toContainEqual('the note of 2024-11-02 is about psn_aaaaaaaa: no persona ever had this key; "dramatis personas" lists them');
    expect(JSON.stringify({ ...made.output, outputs: {} })).not.toMatch(/breaks|own less|ana/);
    expect((await notesOf(made)).loose).toHaveLength(1);
  });

  it('has its picture among the outputs, so that a release keeps it', async () => {
    const ref = await bench.artifacts.writeBytes('project.picture', Buffer.from('picture'));
    const { key } = first.report.personas[0];
    const picture = { path: 'personas/a.png', mediaType: 'image/png', ref } as const;
    const made = await makePersonas(bench, projectOf(), await makeFeatures(bench, featuresSelect(300)), { parent: first, notes: await store(note(key, { picture })) });
    expect(made.output.outputs['personas.picture_1']).toEqual(ref);
  });

  it('is part of the stage key by its hash', async () => {
    const work = (notes?: ArtifactRef) => ({ project: { format: 1, config: projectOf(), sql: {}, ...(notes && { notes }) } }) as unknown as Parameters<NonNullable<typeof personas.extraKey>>[0];
    const ref = await store(note('psn_aaaaaaaa'));
    expect(await personas.extraKey?.(work(ref))).toEqual([ref.sha256]);
    expect(await personas.extraKey?.(work())).toEqual([]);
  });
});
