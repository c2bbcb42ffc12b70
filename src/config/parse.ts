import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { PipelineError } from '../contracts/errors';
import { offsetOf, type Path } from './position';
import { projectConfig, type ProjectConfig } from './project';

/** What is wrong, and where: 1-based line and column. */
export interface ConfigIssue {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
}

/** A config, and the way back to the text for what is found wrong with it later. */
export interface LocatedConfig {
  readonly config: ProjectConfig;
  /** Whether the file itself has the key; a default has no place. */
  has(path: Path): boolean;
  /** Where the value is written; for one that is not, the nearest parent that is. */
  locate(path: Path): Pick<ConfigIssue, 'line' | 'column'>;
}

const MAX_BYTES = 1024 * 1024;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parse and check `dramatis.yaml`.
 *
 * @param text The file's text, at most 1 MB; YAML 1.2 without aliases.
 * @param file Its name, for messages.
 * @returns The config with every default filled in.
 * @throws PipelineError `CONFIG_INVALID`; the message has one line `file:line:column path: what is wrong` per issue, `details.issues` the same as data.
 */
export const parseProjectConfig = (text: string, file: string): ProjectConfig => parseLocated(text, file).config;

/** As `parseProjectConfig`, with the places of the values. */
export function parseLocated(text: string, file: string): LocatedConfig {
  if (Buffer.byteLength(text) > MAX_BYTES) throw new PipelineError('CONFIG_INVALID', `${file}: larger than 1 MB`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (document.errors.length > 0) {
    fail(
      file,
      document.errors.map((error) => ({
        ...at(error.pos[0]),
        path: '',
        message: (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, ''),
      })),
    );
  }
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 0 });
  } catch {
    fail(file, [{ line: 1, column: 1, path: '', message: 'aliases (&name, *name) are not supported' }]);
  }
  const forbidden = findForbidden(data, []);
  if (forbidden)
    fail(file, [
      { ...at(offsetOf(document, forbidden)), path: forbidden.join('.'), message: 'this key is not allowed' },
    ]);

  const parsed = projectConfig.safeParse(data, { reportInput: true });
  if (parsed.success) {
    return {
      config: parsed.data,
      has: (path) => document.hasIn(path),
      locate: (path) => at(offsetOf(document, path)),
    };
  }
  fail(
    file,
    parsed.error.issues
      .flatMap((issue) => flattenIssue(issue))
      .map(({ path, message, side }) => ({ ...at(offsetOf(document, path, side)), path: path.join('.'), message })),
  );
}

/** Unrecognised keys get one issue each, at the key; the branches of a union give those of the nearest branch. */
export function flattenIssue(issue: z.core.$ZodIssue, prefix: Path = []): { path: Path; message: string; side?: 'key' }[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: `unknown key "${key}"`, side: 'key' as const }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = issue.errors.reduce((a, b) => (b.length < a.length ? b : a));
    return nearest.flatMap((inner) => flattenIssue(inner, path));
  }
  return [{ path, message: describe(issue) }];
}

function describe(issue: z.core.$ZodIssue): string {
  const given =
    'input' in issue && issue.input !== undefined && typeof issue.input !== 'object'
      ? ` (given: ${JSON.stringify(issue.input)})`
      : '';
  return `${issue.message}${given}`;
}

function findForbidden(data: unknown, path: string[]): string[] | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  for (const key of Object.getOwnPropertyNames(data)) {
    if (FORBIDDEN_KEYS.has(key)) return [...path, key];
    const inner = findForbidden((data as Record<string, unknown>)[key], [...path, key]);
    if (inner) return inner;
  }
  return undefined;
}

/** One line per issue, in the order of the file. */
export function configError(file: string, issues: readonly ConfigIssue[]): PipelineError {
  const ordered = [...issues].sort((a, b) => a.line - b.line || a.column - b.column);
  const message = ordered
    .map(({ line, column, path, message }) => `${file}:${line}:${column}${path ? ` ${path}:` : ''} ${message}`)
    .join('\n');
  return new PipelineError('CONFIG_INVALID', message, { file, issues: ordered });
}

function fail(file: string, issues: readonly ConfigIssue[]): never {
  throw configError(file, issues);
}
