import type { SourceExtract } from '../contracts/reports';
import type { Role } from '../core/extract/columns';
import type { SourceConfig } from '../core/extract/contract';
import { afterAsOf } from '../core/extract/summary';
import { shapeWarnings } from '../core/extract/text-shape';
import type { FileScan } from '../core/ports';
import type { CheckedFile } from './extract-files';

/** What was read of one source. */
export interface ReadSource {
  readonly role: Role;
  readonly source: SourceConfig;
  readonly files: readonly CheckedFile[];
  readonly scans: readonly FileScan[];
  /** Rows by file. */
  readonly counts: readonly number[];
  readonly rowsIn: number;
  readonly rejected: SourceExtract['rejected'];
}

const firstOf = (names: readonly string[], n: number): string => names.slice(0, n).join(', ');

/** What a run goes on with, but somebody ought to know. Names of files and columns, line numbers and counts only. */
export function warningsOf(
  { role, source, files, scans, counts, rowsIn, rejected }: ReadSource,
  { asOf, knownAt }: { readonly asOf: string; readonly knownAt: string | null },
): readonly string[] {
  const extra = [...new Set(files.flatMap(({ contract }) => contract.extra))].sort();
  const empty = files.filter((_, i) => counts[i] === 0).map(({ file }) => file.name);
  const shapes = files.flatMap(({ file }, i) => {
    const shape = scans[i]?.shape;
    return shape ? shapeWarnings(role, file.name, shape) : [];
  });
  const later = afterAsOf({ rowsIn, rejected });
  return [
    ...(extra.length > 0
      ? [
          `${role}: ${extra.length} columns are not declared and were ignored: ${firstOf(extra, 20)}${extra.length > 20 ? ', …' : ''}`,
        ]
      : []),
    ...(empty.length > 0
      ? [`${role}: no rows in ${firstOf(empty, 5)}${empty.length > 5 ? ` and ${empty.length - 5} more files` : ''}`]
      : []),
    ...shapes,
    ...(later > 0
      ? [
          `${role}: ${later} of ${rowsIn} rows are after the as-of day ${asOf} and were left out; is it the day you meant?`,
        ]
      : []),
    ...(knownAt !== null && source.knownAt === undefined
      ? [`${role}: the run has a known-at, but sources.${role}.knownAt names no column, so later rows cannot be told`]
      : []),
  ];
}
