import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PipelineError } from '../contracts/errors';
import type { CodeDigests } from '../core/ports';

/** The hashes of the compiled program, written by the build beside it. */
export function readCodeDigests(dist = resolve(__dirname, '..')): CodeDigests {
  const path = resolve(dist, 'code-digests.json');
  try {
    const { version, all, stages } = JSON.parse(readFileSync(path, 'utf8')) as { version: string; all: string; stages: Record<string, string> };
    return { version, digest: all, stages };
  } catch (error) {
    throw new PipelineError('CONFIG_INVALID', 'the program was not built: run "npm run build"', {}, { cause: error });
  }
}
