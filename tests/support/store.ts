import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArtifactRef } from '../../src/contracts/artifacts';
import { PipelineError } from '../../src/contracts/errors';
import { canonicalJson } from '../../src/core/audit/canonical-json';
import type { ArtifactStore } from '../../src/core/ports';

/** A plain folder behind the port, for tests: content-addressed, verified on read, not durable. */
export function createTestStore(
  folder = mkdtempSync(join(tmpdir(), 'dramatis-test-')),
): ArtifactStore & { readonly folder: string; dispose(): Promise<void> } {
  const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  const path = async (ref: ArtifactRef): Promise<string> => {
    const file = join(folder, ref.sha256);
    const bytes = await readFile(file).catch(() => {
      throw new PipelineError('OBJECT_MISSING', `${ref.kind} is not in the store`);
    });
    if (sha256(bytes) !== ref.sha256) throw new PipelineError('OBJECT_CORRUPT', `${ref.kind} does not have its digest`);
    return file;
  };
  const adopt = async (kind: string, temporary: string, rows: number | null): Promise<ArtifactRef> => {
    const name = sha256(await readFile(temporary));
    await rename(temporary, join(folder, name));
    return { sha256: name, bytes: (await stat(join(folder, name))).size, rows, kind };
  };
  const temporary = (extension: string): Promise<string> =>
    Promise.resolve(join(folder, `tmp-${randomUUID()}.${extension}`));
  const writeBytes = async (kind: string, bytes: Uint8Array, rows: number | null = null): Promise<ArtifactRef> => {
    const file = await temporary('bin');
    await writeFile(file, bytes);
    return adopt(kind, file, rows);
  };
  return {
    folder,
    path,
    temporary,
    adopt,
    writeBytes,
    readBytes: async (ref) => readFile(await path(ref)),
    readJson: async <T>(ref: ArtifactRef) => JSON.parse(await readFile(await path(ref), 'utf8')) as T,
    writeJson: (kind, value) => writeBytes(kind, Buffer.from(canonicalJson(value))),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}
