import { isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { InterviewNote } from '../contracts/notes';
import { isoDate } from './common';
import { configError, flattenIssue, type ConfigIssue } from './parse';
import { offsetOf, type Path } from './position';

const text = (what: string) => z.string({ error: `write ${what} as text` }).trim().min(1, `write ${what}, or leave the key out`);
const texts = (what: string) => z.union([text(what).transform((one) => [one]), z.array(text(what))], { error: `write ${what} as a text or a list of texts` }).default([]);

const KEY = /^psn_[a-z2-7]{8,64}$/;
const personaKey = z.string({ error: 'write the key of a persona' }).regex(KEY, 'no persona key: they look like psn_k7m2x4qa, and "dramatis personas" lists them');
const AGREE = 'say how and when the interviewees agreed, e.g. "written, 2026-05-03": without consent a note is not used';
const REFUSED = /^(no|none|not|false|n\/?a|-+|unknown|pending|\?+)$/i;

/** Front matter of `personas/*.md`. Strict: an unknown key is an error. */
export const noteFrontMatter = z.strictObject({
  persona: z.union([personaKey.transform((key) => [key]), z.array(personaKey).min(1, 'name the persona')], { error: 'name the persona by its key, or several in a list' }),
  title: text('a title').optional(),
  motives: texts('motives'),
  needs: texts('needs'),
  quotes: texts('quotes'),
  picture: text('the path of the picture').optional(),
  consent: z.string({ error: AGREE }).trim().min(1, AGREE).refine((said) => !REFUSED.test(said), AGREE),
  date: z.string({ error: 'write the date of the interview as YYYY-MM-DD' }).pipe(isoDate),
  author: text('who wrote it'),
  reviewed: z.union([z.int().min(1), isoDate], { error: 'name the release up to which it was checked: its number, or its as-of as YYYY-MM-DD' }).optional(),
});

/** A note as its file has it: the picture is a path still. */
export interface ParsedNote extends Omit<InterviewNote, 'picture'> {
  readonly picture: string | null;
}

export interface LocatedNote {
  readonly note: ParsedNote;
  /** Where a value of the front matter is written. */
  locate(path: Path): Pick<ConfigIssue, 'line' | 'column'>;
}

const FENCE = /^---[ \t]*$/;
const EMAIL = /[\w.+-]+@[\w-]+\.[a-z]{2,}/i;

/**
 * Parse an interview note: front matter between two lines `---`, then text.
 *
 * @param source The file's text; line ends of any kind, a byte order mark is skipped.
 * @param file Its path relative to the project, for messages.
 * @throws PipelineError `CONFIG_INVALID`, one line `file:line:column key: what is wrong` per issue, without the values: they are people's words.
 */
export function parseNote(source: string, file: string): LocatedNote {
  const lines = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n').split('\n');
  const end = FENCE.test(lines[0]) ? lines.findIndex((line, i) => i > 0 && FENCE.test(line)) : -1;
  if (end < 0) throw configError(file, [{ line: 1, column: 1, path: '', message: 'a note begins with its front matter, between two lines "---": persona, consent, date, author, …' }]);
  const counter = new LineCounter();
  const document = parseDocument(lines.slice(1, end).join('\n'), { lineCounter: counter, uniqueKeys: true, strict: true });
  const at = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(line, 1) + 1, column: Math.max(col, 1) };
  };
  if (document.errors.length > 0) {
    throw configError(file, document.errors.map(({ pos, code }) => ({ ...at(pos[0]), path: '', message: `no valid YAML (${code.toLowerCase().replaceAll('_', ' ')})` })));
  }
  const parsed = noteFrontMatter.safeParse(isScalar(document.contents) || document.contents === null ? {} : document.toJS({ maxAliasCount: 0 }));
  const issues = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => flattenIssue(issue)).map(({ path, message, side }) => ({ ...at(offsetOf(document, path, side)), path: path.join('.'), message })),
    ...addresses(lines),
  ];
  if (!parsed.success || issues.length > 0) throw configError(file, issues);
  const { persona, title = null, picture = null, reviewed = null, ...rest } = parsed.data;
  return {
    note: { ...rest, file, personas: [...new Set(persona)], title, picture, reviewed, text: lines.slice(end + 1).join('\n').trim() },
    locate: (path) => at(offsetOf(document, path)),
  };
}

/** A note says what people want, not who they are. */
function addresses(lines: readonly string[]): ConfigIssue[] {
  return lines.flatMap((line, i) => {
    const found = /^author:/.test(line) ? -1 : line.search(EMAIL);
    return found < 0 ? [] : [{ line: i + 1, column: found + 1, path: '', message: 'an e-mail address: leave out what tells who the interviewee is' }];
  });
}
