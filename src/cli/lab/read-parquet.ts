import { asUnreadable } from '../../activities/extract-files';
import type { SourceFile, SqlSession } from '../../core/ports';
import { quoteIdent, quoteText } from '../../core/sql/identifiers';
import { chooseColumns, type FoundColumn } from './columns';
import { matrixOf, place, type ReadOptions, type ReadTable } from './staged';

const NUMBER = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL.*|FLOAT|DOUBLE)$/;
const articled = (type: string): string => `${/^[aeiou]/i.test(type) ? 'an' : 'a'} ${type}`;

/** The numeric columns of a Parquet file; NaN is a missing value there too. */
export async function readParquet(session: SqlSession, file: SourceFile, { columns }: ReadOptions): Promise<ReadTable> {
  const source = `read_parquet(${quoteText(file.path)}, hive_partitioning = false)`;
  try {
    const described = await session.rows<{ column_name: string; column_type: string }>(`DESCRIBE SELECT * FROM ${source}`);
    const found = described.map(({ column_name: name, column_type: type }): FoundColumn => ({
      name,
      problem: NUMBER.test(type) ? null : `${articled(type)} column`,
    }));
    const { chosen, notes } = chooseColumns(file.name, found, columns);
    const selected = chosen.map((i) => `nullif(${quoteIdent(found[i].name)}::DOUBLE, 'NaN'::DOUBLE) AS ${place(i)}`);
    await session.table('lab.rows', `SELECT ${selected.join(', ')} FROM ${source}`);
    return { table: await matrixOf(session, chosen, found), notes };
  } catch (error) {
    throw asUnreadable(error, file.name);
  }
}
