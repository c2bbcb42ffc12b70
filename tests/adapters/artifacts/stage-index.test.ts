import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createArtifactStore, createStageIndex } from '../../../src/adapters/artifacts';
import type { StageResult } from '../../../src/contracts/run';
import type { ArtifactStore, StageIndex } from '../../../src/core/ports';
import { freshHome } from '../../support/home';

const key = 'a1'.repeat(32);

describe('StageIndex', () => {
  let home: string;
  let artifacts: ArtifactStore;
  let index: StageIndex;
  let warnings: string[];
  let result: StageResult;
  const file = (): string => join(home, 'stages', `${key}.json`);

  beforeEach(async () => {
    home = freshHome();
    artifacts = createArtifactStore(home);
    warnings = [];
    index = createStageIndex({ home, artifacts, warn: (message) => warnings.push(message) });
    result = {
      stage: 'clean',
      key,
      outputs: { 'clean.lines': await artifacts.writeBytes('clean.lines', Buffer.from('lines'), 1) },
      rowsIn: 2,
      rowsOut: 1,
      summary: '1 row',
      warnings: [],
      facts: {},
      observed: { reused: false, ms: 5, attempt: 1, startedAt: '2024-01-01T00:00:00.000Z' },
    };
  });

  it('finds what was recorded, and nothing else', async () => {
    expect(await index.find(key)).toBeUndefined();
    await index.record(result);
    expect(await index.find(key)).toEqual(result);
    expect(await index.find('b2'.repeat(32))).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('keeps the first record of a key', async () => {
    await index.record(result);
    await index.record({ ...result, observed: { ...result.observed, ms: 99 } });
    expect((await index.find(key))?.observed.ms).toBe(5);
  });

  it.each(['gone', 'damaged'])('finds nothing where an output is %s, and the next record heals it', async (state) => {
    await index.record(result);
    const path = await artifacts.path(result.outputs['clean.lines']);
    if (state === 'gone') rmSync(path);
    else writeFileSync(path, 'linez');
    expect(await index.find(key)).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining(`clean.lines, which is ${state}`)]);
    await artifacts.writeBytes('clean.lines', Buffer.from('lines'), 1);
    await index.record(result);
    expect(await index.find(key)).toEqual(result);
  });

  it.each(['', '{', '{}', 'null', '{"format":1}', '{"format":"1","result":{"outputs":{}}}'])(
    'takes the record %p for damaged, and replaces it',
    async (text) => {
      await index.record(result);
      writeFileSync(file(), text);
      expect(await index.find(key)).toBeUndefined();
      expect(warnings).toEqual([expect.stringContaining('is damaged')]);
      await index.record(result);
      expect(await index.find(key)).toEqual(result);
    },
  );

  it('does not believe a record that lies under another key', async () => {
    await index.record(result);
    writeFileSync(join(home, 'stages', `${'b2'.repeat(32)}.json`), readFileSync(file()));
    expect(await index.find('b2'.repeat(32))).toBeUndefined();
  });

  it('does not use a record of a later format', async () => {
    await index.record(result);
    writeFileSync(file(), JSON.stringify({ format: 2, result }));
    expect(await index.find(key)).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('has format 2')]);
  });

  it('refuses a key that is none', async () => {
    await expect(index.find('../runs/x')).rejects.toThrow('is no stage key');
  });
});
