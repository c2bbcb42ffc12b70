import type { Path } from '../../config/position';
import { PipelineError } from '../../contracts/errors';
import { nearestNames } from '../../core/prepare/names';

/** What the schema cannot see is wrong, at its place in the config. */
export interface Issue {
  readonly path: Path;
  readonly message: string;
}

/** The place at the head of a message of core: the position in the file says it better. */
const PLACE = /^(?:quality check "[^"]*"|(?:features|objective|sources)(?:\.\w+)*(?:\[\d+\])?): /;

/**
 * What a check of core refuses, as an issue.
 * @throws what is no `CONFIG_INVALID`.
 */
export function refusalsOf(path: Path, check: () => unknown): Issue[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'CONFIG_INVALID') throw error;
    return [{ path, message: error.message.replace(PLACE, '') }];
  }
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(' or ');

/** The nearest names, or all of them where none is near. */
export function hintOf(name: string, known: readonly string[]): string {
  const nearest = nearestNames(name, known);
  if (nearest.length > 0) return `did you mean ${quoted(nearest)}?`;
  return known.length > 0 ? `known: ${known.join(', ')}` : 'there are none';
}
