import { PipelineError } from '../../contracts/errors';

/**
 * A name as a quoted SQL identifier. The only way a name from config or from an export gets into SQL text.
 *
 * @throws PipelineError `SQL_REFUSED` for an empty name or one with a NUL, which no engine can quote.
 */
export function quoteIdent(name: string): string {
  if (name === '' || name.includes('\0'))
    throw new PipelineError('SQL_REFUSED', 'a column or table name is empty or holds a NUL character');
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as an SQL literal, for the few places that take no parameter: file paths and options of readers. */
export function quoteText(text: string): string {
  if (text.includes('\0')) throw new PipelineError('SQL_REFUSED', 'a text for SQL holds a NUL character');
  return `'${text.replaceAll("'", "''")}'`;
}

/** `schema.table` with both parts quoted. */
export function quoteTable(name: string): string {
  const parts = name.split('.');
  if (parts.length !== 2) throw new PipelineError('SQL_REFUSED', `write a table as <schema>.<name>, not "${name}"`);
  return parts.map(quoteIdent).join('.');
}

const HOLE = /\{\{([a-z_]+)\}\}/g;

/**
 * Fill the holes `{{name}}` of an SQL model with identifiers: a text becomes one quoted column, a list becomes quoted columns
 * with commas between. Values never go this way: they are bound parameters.
 *
 * @throws PipelineError `SQL_REFUSED` where a hole has no identifier, an empty list, or an identifier has no hole.
 */
export function fillIdentifiers(
  text: string,
  identifiers: Readonly<Record<string, string | readonly string[]>>,
): string {
  const used = new Set<string>();
  const filled = text.replace(HOLE, (_, hole: string) => {
    const given = identifiers[hole];
    if (given === undefined || given.length === 0)
      throw new PipelineError('SQL_REFUSED', `the SQL model has a hole {{${hole}}} that nothing fills`, { hole });
    used.add(hole);
    return typeof given === 'string' ? quoteIdent(given) : given.map(quoteIdent).join(', ');
  });
  const unused = Object.keys(identifiers).find((name) => !used.has(name));
  if (unused !== undefined)
    throw new PipelineError('SQL_REFUSED', `the SQL model has no hole {{${unused}}}`, { hole: unused });
  return filled;
}
