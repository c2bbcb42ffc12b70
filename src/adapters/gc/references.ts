import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../artifacts/files';

const SHA256 = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;

/** Every text in a document that could be the name of an object. */
export const namesIn = (text: string): string[] => text.match(SHA256) ?? [];

export const objectPath = (home: string, sha256: string): string => join(home, 'objects', 'sha256', sha256.slice(0, 2), sha256.slice(2));

/** Names of all objects in the store. */
export async function listObjects(home: string): Promise<Set<string>> {
  const root = join(home, 'objects', 'sha256');
  const names = new Set<string>();
  for (const prefix of await entries(root)) {
    for (const rest of await entries(join(root, prefix))) if (/^[0-9a-f]{64}$/.test(prefix + rest)) names.add(prefix + rest);
  }
  return names;
}

/** Names in a folder, sorted; none where it is not there. */
export async function entries(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/**
 * Objects that documents lead to: named in one of them, or in a JSON object that is led to. Whatever looks like a name counts as one, so
 * a document of a kind this version does not know still keeps what it names.
 *
 * @param deep Texts whose objects are followed. @param shallow Texts whose objects are kept, not followed.
 * @param standFor What is read in place of an object: that is kept, not the object itself.
 */
export async function reachable(
  home: string,
  objects: ReadonlySet<string>,
  { deep, shallow, standFor }: { readonly deep: Iterable<string>; readonly shallow: Iterable<string>; standFor(name: string): string },
): Promise<Set<string>> {
  const marked = new Set<string>();
  const followed = new Set<string>();
  const next: string[] = [];
  const follow = (text: string): void => {
    for (const name of namesIn(text).map(standFor)) {
      if (!objects.has(name) || followed.has(name)) continue;
      followed.add(name);
      marked.add(name);
      next.push(name);
    }
  };
  for (const text of deep) follow(text);
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    const text = await jsonText(objectPath(home, name));
    if (text !== undefined) follow(text);
  }
  for (const text of shallow) for (const name of namesIn(text).map(standFor)) if (objects.has(name)) marked.add(name);
  return marked;
}

/** The text of a JSON object; undefined for other objects, of which one byte is read. */
async function jsonText(path: string): Promise<string | undefined> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const first = Buffer.alloc(1);
    await file.read(first, 0, 1, 0);
    if (!'{['.includes(first.toString('latin1'))) return undefined;
  } finally {
    await file.close();
  }
  return readFile(path, 'utf8');
}
