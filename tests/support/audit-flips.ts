import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { auditStore } from '../../src/adapters/audit';
import { Random } from './random';

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** Files of a store that an audit vouches for to the last bit, and how it names each. */
function targetsIn(home: string): { readonly file: string; readonly names: RegExp }[] {
  return filesBelow(home).flatMap((file) => {
    const path = relative(home, file);
    const [, folder, rest] = /^objects\/sha256\/(..)\/(.{62})$/.exec(path) ?? [];
    if (folder !== undefined) return [{ file, names: new RegExp(`${folder}${rest}`) }];
    const [, line, n] = /^releases\/(.*)\/(\d+)\.json$/.exec(path) ?? [];
    if (line !== undefined) return [{ file, names: new RegExp(`^release ${n} of ${line} `) }];
    if (/^runs\/[^.][^/]*\/(manifests\/.*|manifest\.json)$/.test(path)) return [{ file, names: new RegExp(`^file ${path.replaceAll('.', '\\.')} `) }];
    const [, run] = /^runs\/(.*)\/manifest\.dsse\.json$/.exec(path) ?? [];
    return run === undefined ? [] : [{ file, names: new RegExp(`^envelope of run ${run} `) }];
  });
}

/**
 * Flip one bit at a time in the files of a store, `count` times, and audit it each time.
 *
 * @returns Sentences on flips that were not found or named another object; empty where all were.
 */
export async function flipBits(home: string, count: number): Promise<string[]> {
  const targets = targetsIn(home);
  const missed: string[] = [];
  for (let i = 0; i < count; i++) {
    const random = new Random(2_000_000 + i);
    const { file, names } = targets[i % targets.length];
    const before = readFileSync(file);
    const after = Buffer.from(before);
    after[random.below(after.length)] ^= 1 << random.below(8);
    writeFileSync(file, after);
    const { problems } = await auditStore({ home });
    writeFileSync(file, before);
    const said = problems.map(({ object, problem }) => `${object} ${problem}`);
    if (!said.some((text) => names.test(text))) missed.push(`${relative(home, file)}: ${said[0] ?? 'nothing found'}`);
  }
  return missed;
}
