import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dramatis, edit, makeShop, query, removeFolders, succeed, type RunJson } from './support';

interface PublishedJson {
  readonly personas: readonly { readonly key: string; readonly notes: readonly { readonly quotes: readonly string[]; readonly review: string | null }[] }[];
}

const MARK = 'quokkaberry';
const noteFor = (key: string): string => `---
persona: ${key}
title: The ${MARK} planner
motives: [${MARK} motive]
quotes: ${MARK} said so
consent: written, 2026-05-03
date: 2026-05-03
author: Ana
---
Text with ${MARK}.
`;

/** Files under a folder that contain a text. */
function filesWith(folder: string, text: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  return files.filter((file) => statSync(file).isFile() && readFileSync(file).includes(text));
}

describe('the personas of a project over several releases', () => {
  let project: string;
  let first: RunJson;
  beforeAll(async () => {
    project = await makeShop();
    first = (await succeed(['run', '-p', project, '--json'])).json<RunJson>();
    mkdirSync(join(project, 'personas'));
  }, 180_000);
  afterAll(removeFolders);

  const note = (): string => join(project, 'personas', 'planner.md');

  it('get their interview notes: a new release, for which only personas and report run again', async () => {
    const [{ key }] = first.personas;
    writeFileSync(note(), noteFor(key));
    expect((await succeed(['validate', '-p', project, '--json'])).json<{ notes: number }>().notes).toBe(1);
    const second = (await succeed(['run', '-p', project, '--json'])).json<RunJson>();
    expect(second).toMatchObject({ outcome: 'published', release: 2 });
    expect(second.stages.filter(({ reused }) => !reused).map(({ stage }) => stage)).toEqual(['personas', 'report', 'publish']);
    expect(second.personas.map((persona) => persona.key)).toEqual(first.personas.map((persona) => persona.key));
    const out = join(project, 'out', '2');
    const { personas } = JSON.parse(readFileSync(join(out, 'personas.json'), 'utf8')) as PublishedJson;
    expect(personas.map(({ key: of, notes }) => [of, notes.map(({ quotes, review }) => [quotes, review])])).toEqual(first.personas.map((persona) => [persona.key, persona.key === key ? [[[`${MARK} said so`], null]] : []]));
    expect(await query(`SELECT persona_key, notes FROM read_parquet('${join(out, 'personas.parquet')}') WHERE notes > 0`)).toEqual([{ persona_key: key, notes: '1' }]);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain(`The ${MARK} planner`);
    expect((await succeed(['personas', '-p', project])).stdout).toContain(`${key}: personas/planner.md of 2026-05-03`);
    expect((await succeed(['run', '-p', project, '--json'])).json<RunJson>().outcome).toBe('unchanged');
  }, 180_000);

  it('keep the words of notes out of everything but artifacts', () => {
    const found = filesWith(join(project, '.dramatis'), MARK).map((file) => file.slice(join(project, '.dramatis').length + 1).split('/')[0]);
    expect([...new Set(found)]).toEqual(['objects']);
  });

  it('have a history: everybody in one spell, since no day has passed', async () => {
    const file = join(project, 'history.parquet');
    const { rows, releases } = (await succeed(['personas', 'history', '-p', project, '--out', file, '--json'])).json<{ rows: number; releases: unknown[] }>();
    expect([rows, releases]).toEqual([first.personas.reduce((sum, { customers }) => sum + customers, 0), [{ release: 2, asOf: '2026-06-30' }]]);
    const [{ key, customers }] = first.personas;
    await succeed(['personas', 'history', '-p', project, '--persona', key, '--out', file]);
    expect(await query(`SELECT count(*) AS n FROM read_parquet('${file}') WHERE persona_key = '${key}' AND valid_to IS NULL`)).toEqual([{ n: String(customers) }]);
    expect(await dramatis(['personas', 'history', '-p', project, '--persona', 'psn_zzzzzzzz', '--out', file])).toMatchObject({ code: 4, stderr: expect.stringContaining('PERSONA_NOT_FOUND') });
    expect(await dramatis(['personas', 'history', '-p', project, '--out', 'history.csv'])).toMatchObject({ code: 2, stderr: expect.stringContaining('.parquet') });
  }, 60_000);

  it('are not changed by a run that would change them, where they are pinned', async () => {
    edit(join(project, 'dramatis.yaml'), (text) => `${text.replace(/clusters: \{ min: 2, max: 10 \}/, 'clusters: { min: 3, max: 3 }')}\npersonas: { identity: { mode: pinned } }\n`);
    const { code, stdout } = await dramatis(['run', '-p', project, '--json']);
    expect(code).toBe(1);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    expect(error.code).toBe('PERSONAS_PINNED');
    expect(error.message).toContain('are not the personas of release 2');
    expect((await succeed(['personas', '-p', project, '--json'])).json<{ release: number }>().release).toBe(2);
  }, 180_000);

  it('are not made with a note that has no consent', async () => {
    writeFileSync(note(), noteFor(first.personas[0].key).replace(/consent: .*\n/, ''));
    const { code, stderr } = await dramatis(['run', '-p', project]);
    expect(code).toBe(2);
    expect(stderr).toContain('personas/planner.md:2:1 consent: say how and when the interviewees agreed');
    expect(stderr).not.toContain(MARK);
    rmSync(note());
  });
});
