import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PipelineError } from '../../contracts/errors';

/** What the comment lines at the top of a model say. */
export interface SqlHeader {
  /** `<schema>.<table>` it fills. */
  readonly model: string;
  readonly purpose: string;
  readonly grain: string;
  /** Tables it reads, `<schema>.<table>`. */
  readonly reads: readonly string[];
  /** Parameters by name (without `$`), with their types. */
  readonly params: Readonly<Record<string, string>>;
  /** Name, type and meaning of each column, as written. */
  readonly columns: readonly { readonly name: string; readonly type: string; readonly meaning: string }[];
  /** Holes `{{name}}` with what fills them. */
  readonly holes: readonly string[];
}

/** A shipped SQL file. */
export interface SqlModel {
  /** `<stage>/<name>`, as its path under `sql/` without `.sql`. */
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
  readonly header: SqlHeader;
}

/** `sql/` of the package: the same three steps up from `src` and from `dist`. */
export const SQL_FOLDER = resolve(__dirname, '..', '..', '..', 'sql');

const LABEL = /^-- (model|purpose|grain|reads|params|columns|holes|note): *(.*)$/;
const MORE = /^--  +(.*)$/;

function sectionsOf(text: string): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const line of text.split('\n')) {
    const label = LABEL.exec(line);
    const more = MORE.exec(line);
    if (label) sections.set(label[1] ?? '', (current = [label[2] ?? '']));
    else if (more && current) current.push(more[1] ?? '');
    else break;
  }
  return sections;
}

const isNone = (text: string): boolean => text === '' || text === 'none';

/**
 * Read the header of a model.
 *
 * @throws PipelineError `SQL_REFUSED` naming the file and the part that is missing or cannot be read.
 */
export function parseHeader(text: string, file: string): SqlHeader {
  const sections = sectionsOf(text);
  const get = (name: string): string[] => {
    const lines = sections.get(name);
    if (!lines)
      throw new PipelineError('SQL_REFUSED', `${file}: the header has no line "-- ${name}:"`, { file, part: name });
    return lines;
  };
  const words = (name: string): string[] =>
    get(name)
      .join(' ')
      .split(/,(?![^(]*\))/)
      .map((word) => word.trim())
      .filter((word) => !isNone(word));
  const params = words('params').map((entry) => {
    const match = /^\$(\w+) +([A-Z][A-Z0-9_()[\], ]*)/.exec(entry);
    if (!match)
      throw new PipelineError('SQL_REFUSED', `${file}: write a parameter as "$name TYPE", not "${entry}"`, { file });
    return [match[1] ?? '', (match[2] ?? '').trim()] as const;
  });
  const columns = get('columns')
    .filter((line) => !isNone(line))
    .map((line) => {
      const match = /^(\S+) +([A-Z][A-Z0-9_]*(?:\([^)]*\))?(?:\[\])?)(?: +(.*))?$/.exec(line.trim());
      if (!match)
        throw new PipelineError('SQL_REFUSED', `${file}: write a column as "name TYPE meaning", not "${line}"`, {
          file,
        });
      return { name: match[1] ?? '', type: match[2] ?? '', meaning: match[3] ?? '' };
    });
  return {
    model: get('model').join(' ').trim(),
    purpose: get('purpose').join(' ').trim(),
    grain: get('grain').join(' ').trim(),
    reads: words('reads'),
    params: Object.fromEntries(params),
    columns,
    holes: [
      ...new Set([...text.replace(/--[^\n]*/g, '').matchAll(/\{\{([a-z_]+)\}\}/g)].map((match) => match[1] ?? '')),
    ].sort(),
  };
}

/** The models under a folder, read when first asked for. */
export function createSqlModels(folder = SQL_FOLDER): { get(name: string): SqlModel } {
  const loaded = new Map<string, SqlModel>();
  return {
    get(name) {
      const known = loaded.get(name);
      if (known) return known;
      if (!/^[a-z0-9_]+(\/[a-z0-9_]+)+$/.test(name))
        throw new PipelineError('SQL_REFUSED', `"${name}" is no name of an SQL model`, { name });
      const model = load(folder, name);
      loaded.set(name, model);
      return model;
    },
  };
}

function load(folder: string, name: string): SqlModel {
  let text: string;
  try {
    text = readFileSync(resolve(folder, `${name}.sql`), 'utf8');
  } catch {
    throw new PipelineError('SQL_REFUSED', `there is no SQL model "${name}"`, { name });
  }
  return {
    name,
    text,
    sha256: createHash('sha256').update(text).digest('hex'),
    header: parseHeader(text, `sql/${name}.sql`),
  };
}
