import type { LineSpan, TextShape } from '../../core/ports';
import { watchUtf8 } from './utf8';

/** Counts the records of a stream of bytes. */
export interface RecordCounter {
  push(bytes: Uint8Array): void;
  /** Records so far, one that has begun included. */
  end(): number;
  /** What the lines look like; to be asked after the last byte. */
  shape(): TextShape;
}

const [LF, CR, SPACE, TAB] = [10, 13, 32, 9];
/** The byte order mark. */
const MARK: readonly number[] = [239, 187, 191];
const byteOf = (text: string): number => text.charCodeAt(0);
type Spanning = TextShape['spanning'];
const lengthOf = ({ first, last }: LineSpan): number => last - first + 1;

function withSpan(seen: Spanning, span: LineSpan): Spanning {
  if (!seen) return { records: 1, first: span, longest: span };
  const { records, first, longest } = seen;
  return { records: records + 1, first, longest: lengthOf(span) > lengthOf(longest) ? span : longest };
}

/**
 * Count the records of delimited text by RFC 4180: line ends inside quotes belong to the record. LF, CR LF and CR end a record; blank
 * lines are none. This is the second opinion on how many rows an export has: the engine's kept and rejected rows must add up to it.
 *
 * O(bytes), constant memory. RFC 4180; a quote counts only where a cell starts, blanks before it aside, as in DuckDB.
 */
export function countRecords(delimiter: string, quote: string): RecordCounter {
  const [separator, mark] = [byteOf(delimiter), byteOf(quote)];
  const utf8 = watchUtf8();
  let records = 0;
  let started = false; // the record has a byte
  let cellStart = true; // only blanks since the last separator
  let quoted = false;
  let line = 1;
  let previous = 0;
  let from = 1; // the line where the record starts
  let cells = 1;
  let wanted: number | null = null; // cells of the header
  let spanning: Spanning = null;

  /** The record in hand ends on the line in hand. */
  function finish(): void {
    records += 1;
    wanted ??= cells;
    cells = 1;
    if (line > from) spanning = withSpan(spanning, { first: from, last: line });
  }

  return {
    push(bytes) {
      utf8.push(bytes, line, previous);
      for (const byte of bytes) {
        if (byte === LF || byte === CR) {
          const second = byte === LF && previous === CR;
          if (!quoted) {
            if (started) finish();
            [started, cellStart] = [false, true];
          }
          if (!second) line += 1;
        } else if (quoted) {
          // A doubled quote closes and opens again: the state after it is the same.
          if (byte === mark) [quoted, cellStart] = [false, true];
        } else {
          if (!started) [started, from] = [true, line];
          if (byte === mark && cellStart) quoted = true;
          else if (byte === separator) [cellStart, cells] = [true, cells + 1];
          else if (byte !== SPACE && !(records === 0 && cells === 1 && MARK.includes(byte))) cellStart = false;
        }
        previous = byte;
      }
    },
    end: () => records + (started ? 1 : 0),
    shape: () => ({
      lines: line - (previous === LF || previous === CR || previous === 0 ? 1 : 0),
      spanning: started && !quoted && line > from ? withSpan(spanning, { first: from, last: line }) : spanning,
      neverClosed: quoted ? from : null,
      cutShort: started && !quoted && wanted !== null && cells < wanted ? line : null,
      notUtf8: utf8.end(line),
    }),
  };
}

/** Count the lines that have any byte: the records of NDJSON. O(bytes). */
export function countLines(): RecordCounter {
  const utf8 = watchUtf8();
  let records = 0;
  let started = false;
  let line = 1;
  let previous = 0;
  return {
    push(bytes) {
      utf8.push(bytes, line, previous);
      for (const byte of bytes) {
        if (byte === LF || byte === CR) {
          if (started) records += 1;
          started = false;
          if (byte === CR || previous !== CR) line += 1;
        } else if (byte !== TAB && byte !== SPACE) started = true;
        previous = byte;
      }
    },
    end: () => records + (started ? 1 : 0),
    shape: () => ({
      lines: line - (previous === LF || previous === CR || previous === 0 ? 1 : 0),
      spanning: null,
      neverClosed: null,
      cutShort: null,
      notUtf8: utf8.end(line),
    }),
  };
}

/** Bytes of the first record that is not blank; undefined where there is none. */
function firstRecordBytes(
  bytes: Uint8Array,
  separator: number,
  mark: number,
): { readonly record: Uint8Array; readonly open: boolean } | undefined {
  const start = bytes.findIndex((byte) => byte !== LF && byte !== CR);
  if (start < 0) return undefined;
  let [quoted, cellStart] = [false, true];
  let at = start;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (quoted) {
      if (byte === mark) [quoted, cellStart] = [false, true];
    } else if (byte === LF || byte === CR) break;
    else if (byte === mark && cellStart) quoted = true;
    else if (byte === separator) cellStart = true;
    // 239, 187, 191: the byte order mark
    else if (byte !== SPACE && !(at < 3 && (byte === 239 || byte === 187 || byte === 191))) cellStart = false;
  }
  return { record: bytes.subarray(start, at), open: quoted };
}

function cellsOf(text: string, delimiter: string, quote: string): readonly string[] {
  const cells: string[] = [];
  let [cell, quoted] = ['', false];
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (quoted && char === quote && text[i + 1] === quote) [cell, i] = [cell + quote, i + 1];
    else if (quoted) [cell, quoted] = char === quote ? [cell, false] : [cell + char, true];
    else if (char === quote && cell.trim() === '') [cell, quoted] = ['', true];
    else if (char === delimiter) [cell] = ['', cells.push(cell)];
    else cell += char;
  }
  return [...cells, cell];
}

/**
 * The cells of the first record, without a byte order mark. Only this record is decoded: what is wrong further down is counted row by row.
 *
 * @returns The cells; `empty` where there is no record; else a sentence on why it is no header.
 */
export function firstRecord(bytes: Uint8Array, delimiter: string, quote: string): readonly string[] | 'empty' | string {
  const first = firstRecordBytes(bytes, byteOf(delimiter), byteOf(quote));
  if (!first) return 'empty';
  if (first.record.byteOffset !== bytes.byteOffset)
    return 'blank lines stand before the header; export it without them';
  if (first.open) return 'a quote in the header is never closed';
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(first.record);
  } catch {
    return 'the header is not UTF-8; export the file as UTF-8';
  }
  if (text.includes('\0')) return 'the header holds NUL characters: perhaps UTF-16; export the file as UTF-8';
  return text === '' ? 'empty' : cellsOf(text, delimiter, quote);
}
