import { PipelineError } from '../../contracts/errors';
import type { LineSpan, TextShape } from '../ports';

/** A record of more lines than this is a stray quote, whatever the config allows. */
export const LINES_OF_A_RECORD = 1000;

const linesOf = ({ first, last }: LineSpan): number => last - first + 1;
const inWords = ({ first, last }: LineSpan): string => `lines ${first} to ${last}`;

const unreadable = (file: string, why: string, details: Readonly<Record<string, unknown>>): PipelineError =>
  new PipelineError('SOURCE_UNREADABLE', `${file}: ${why}`, { file, ...details });

/**
 * A quote that opens by mistake swallows every line up to the next one, and what it swallowed counts as a single record: the counts would
 * add up and most rows be gone. So no quoted cell may hold a line break unless the config says so, and then not many.
 *
 * @param file Name of the file, for messages.
 * @throws PipelineError `SOURCE_UNREADABLE` with the lines of the first record that is too long, and of the longest.
 */
export function assertRecordsEnd(file: string, shape: TextShape, multiline: boolean): void {
  const { spanning, neverClosed, lines } = shape;
  if (neverClosed !== null)
    throw unreadable(
      file,
      `the quote that opens on line ${neverClosed} is never closed (the file ends on line ${lines}): a stray quote, or an export cut short?`,
      { first: neverClosed, last: lines },
    );
  if (!spanning) return;
  const { records, first, longest } = spanning;
  if (multiline) {
    if (linesOf(longest) <= LINES_OF_A_RECORD) return;
    throw unreadable(
      file,
      `one record spans ${inWords(longest)}, more than the ${LINES_OF_A_RECORD} lines a record may have: a stray quote?`,
      { ...longest },
    );
  }
  const more =
    records > 1
      ? ` (the first of ${records} such records${longest === first ? '' : `, the longest spans ${inWords(longest)}`})`
      : '';
  throw unreadable(
    file,
    `one record spans ${inWords(first)}${more}: a stray quote? Mend the export, or set csv.multiline: true if values may hold line breaks`,
    { ...first, records, longest },
  );
}

const notUtf8 = (file: string, line: number): string =>
  `${file} is not UTF-8, first on line ${line}: export it as UTF-8`;

/** The first file that is not UTF-8, as a sentence to end a message on; empty where all are. */
export function encodingHint(files: readonly (readonly [string, TextShape | null])[]): string {
  const found = files.find(([, shape]) => (shape?.notUtf8 ?? null) !== null);
  return found ? `. ${notUtf8(found[0], found[1]?.notUtf8 ?? 0)}` : '';
}

/** What does not stop a run: text of another encoding, and a last line cut short. Their rows are counted as unreadable. */
export function shapeWarnings(role: string, file: string, { notUtf8: line, cutShort }: TextShape): readonly string[] {
  return [
    ...(line === null ? [] : [`${role}: ${notUtf8(file, line)}`]),
    ...(cutShort === null ? [] : [`${role}: ${file} ends in mid-line (line ${cutShort}): truncated export?`]),
  ];
}
