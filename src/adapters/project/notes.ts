import { readdir, readFile, realpath } from 'node:fs/promises';
import { extname, join, relative, resolve } from 'node:path';
import { parseNote } from '../../config/notes';
import type { ConfigIssue } from '../../config/parse';
import type { ArtifactRef } from '../../contracts/artifacts';
import { PipelineError } from '../../contracts/errors';
import type { InterviewNote, NotePicture, ProjectNotes } from '../../contracts/notes';
import { canonicalJson, sha256Hex } from '../../core/audit';

/** The notes of a project as they lie on disk, and what goes into the store with them. */
export interface LoadedNotes {
  /** What the resolved project says of them: their hash. */
  readonly ref: ArtifactRef;
  readonly document: ProjectNotes;
  readonly pictures: readonly { readonly ref: ArtifactRef; readonly bytes: Buffer }[];
}

const FOLDER = 'personas';
const MOST_BYTES = 256 * 1024;
const MOST_PICTURE_BYTES = 512 * 1024;

/** By extension: the media type, and the bytes such a file begins with. */
const PICTURES: Readonly<Record<string, { readonly mediaType: NotePicture['mediaType']; readonly magic: RegExp }>> = {
  '.png': { mediaType: 'image/png', magic: /^\x89PNG\r\n\x1a\n/ },
  '.jpg': { mediaType: 'image/jpeg', magic: /^\xff\xd8\xff/ },
  '.jpeg': { mediaType: 'image/jpeg', magic: /^\xff\xd8\xff/ },
  '.webp': { mediaType: 'image/webp', magic: /^RIFF[^]{4}WEBP/ },
};

/**
 * The interview notes `personas/*.md` of a project, in the order of their names; `README.md` is none. Null where there are none.
 *
 * @throws PipelineError `CONFIG_INVALID`, one line `file:line:column key: what is wrong` per issue of all files.
 */
export async function readNotes(directory: string): Promise<LoadedNotes | null> {
  const entries = await readdir(join(directory, FOLDER), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw new PipelineError('CONFIG_INVALID', `${FOLDER}:1:1 the folder cannot be read`, { file: FOLDER });
  });
  const names = entries.filter((entry) => !entry.isDirectory() && /\.md$/i.test(entry.name) && !/^readme\.md$/i.test(entry.name)).map(({ name }) => `${FOLDER}/${name}`).sort();
  if (names.length === 0) return null;
  const refusals: PipelineError[] = [];
  const notes: InterviewNote[] = [];
  const pictures: LoadedNotes['pictures'][number][] = [];
  for (const name of names) {
    try {
      const { note, picture } = await readNote(directory, name);
      notes.push(note);
      if (picture && !pictures.some(({ ref }) => ref.sha256 === picture.ref.sha256)) pictures.push(picture);
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      refusals.push(error);
    }
  }
  if (refusals.length > 0) {
    throw new PipelineError('CONFIG_INVALID', refusals.map(({ message }) => message).join('\n'), {
      file: FOLDER,
      issues: refusals.flatMap(({ details: { file, issues } }) => (issues as readonly ConfigIssue[]).map((issue) => ({ file, ...issue }))),
    });
  }
  const document: ProjectNotes = { format: 1, notes };
  return { ref: refOf('project.notes', Buffer.from(canonicalJson(document))), document, pictures };
}

async function readNote(directory: string, file: string): Promise<{ readonly note: InterviewNote; readonly picture: LoadedNotes['pictures'][number] | null }> {
  const bytes = await readFile(join(directory, file)).catch(() => null);
  if (bytes === null) throw refusal(file, { line: 1, column: 1 }, '', 'the note cannot be read');
  if (bytes.length > MOST_BYTES) throw refusal(file, { line: 1, column: 1 }, '', `larger than ${MOST_BYTES / 1024} KB`);
  const { note, locate } = parseNote(bytes.toString('utf8'), file);
  if (note.picture === null) return { note: { ...note, picture: null }, picture: null };
  const refuse = (message: string) => refusal(file, locate(['picture']), 'picture', message);
  const path = resolve(directory, note.picture);
  const inside = await isInside(directory, path);
  if (inside === null) throw refuse('the picture cannot be read: its path is relative to the project folder');
  if (!inside) throw refuse('the picture lies outside of the project folder');
  const kind = PICTURES[extname(path).toLowerCase()];
  const content = await readFile(path).catch(() => null);
  if (content === null) throw refuse('the picture cannot be read');
  if (kind === undefined || !kind.magic.test(content.subarray(0, 16).toString('latin1'))) throw refuse('no picture of the kinds .png, .jpg and .webp');
  if (content.length > MOST_PICTURE_BYTES) throw refuse(`larger than ${MOST_PICTURE_BYTES / 1024} KB: it goes into the report`);
  const ref = refOf('project.picture', content);
  return { note: { ...note, picture: { path: note.picture, mediaType: kind.mediaType, ref } }, picture: { ref, bytes: content } };
}

/** Links resolved; null where there is no such file. */
async function isInside(directory: string, path: string): Promise<boolean | null> {
  const real = await realpath(path).catch(() => null);
  if (real === null) return null;
  const way = relative(await realpath(directory), real);
  return way !== '' && !way.startsWith('..') && !way.startsWith('/');
}

function refusal(file: string, place: Pick<ConfigIssue, 'line' | 'column'>, path: string, message: string): PipelineError {
  const issue: ConfigIssue = { ...place, path, message };
  return new PipelineError('CONFIG_INVALID', `${file}:${place.line}:${place.column}${path === '' ? '' : ` ${path}:`} ${message}`, { file, issues: [issue] });
}

const refOf = (kind: string, bytes: Buffer): ArtifactRef => ({ sha256: sha256Hex(bytes), bytes: bytes.length, rows: null, kind });
