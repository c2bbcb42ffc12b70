import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { Path } from '../../config/position';
import type { ProjectConfig } from '../../config/project';
import type { Issue } from './issue';

interface NamedFile {
  readonly path: Path;
  readonly name: string;
}

function namedFiles({ quality, features }: ProjectConfig): NamedFile[] {
  return [
    ...quality.checks.flatMap((check, i) => (check.check === 'sql' ? [{ path: ['quality', 'checks', i, 'file'], name: check.file }] : [])),
    ...features.sql.map(({ file }, i) => ({ path: ['features', 'sql', i, 'file'], name: file })),
  ];
}

/** The text of every SQL file that the config names, by name; an issue for each that cannot be read or lies outside of the project's folder. */
export async function readSqlFiles(directory: string, config: ProjectConfig): Promise<{ readonly sql: Readonly<Record<string, string>>; readonly issues: readonly Issue[] }> {
  const texts = new Map<string, string>();
  const issues: Issue[] = [];
  for (const { path, name } of namedFiles(config)) {
    const file = resolve(directory, name);
    if (isAbsolute(name) || !file.startsWith(`${directory}/`)) {
      issues.push({ path, message: `the SQL file "${name}" lies outside of the project folder` });
      continue;
    }
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) issues.push({ path, message: `the SQL file "${name}" cannot be read` });
    else texts.set(name, text);
  }
  return { sql: Object.fromEntries([...texts].sort(([a], [b]) => (a < b ? -1 : 1))), issues };
}
