import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PipelineError } from '../contracts/errors';
import type { CodeDigests } from '../core/ports';

/** What was built: an observation, for the same code may stand in another commit. Null where the build did not know it. */
export interface BuildSource {
  readonly commit: string | null;
  /** Whether the sources differed from the commit. */
  readonly changed: boolean | null;
  /** SHA-256 of package-lock.json. */
  readonly lockfile: string | null;
}

interface BuildFile {
  readonly version: string;
  readonly all: string;
  readonly stages: Readonly<Record<string, string>>;
  readonly source?: BuildSource;
}

const DIST = resolve(__dirname, '..');

function readBuildFile(dist: string): BuildFile {
  try {
    return JSON.parse(readFileSync(resolve(dist, 'code-digests.json'), 'utf8')) as BuildFile;
  } catch (error) {
    throw new PipelineError('CONFIG_INVALID', 'the program was not built: run "npm run build"', {}, { cause: error });
  }
}

/** The hashes of the compiled program, written by the build beside it. */
export function readCodeDigests(dist = DIST): CodeDigests {
  const { version, all, stages } = readBuildFile(dist);
  return { version, digest: all, stages };
}

export const readBuildSource = (dist = DIST): BuildSource => readBuildFile(dist).source ?? { commit: null, changed: null, lockfile: null };
