import { existsSync } from 'node:fs';
import { access, chmod, cp, mkdir, readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PipelineError } from '../../contracts/errors';

export const EXAMPLES = ['shop', 'online-retail', 'template'] as const;
export type ExampleName = (typeof EXAMPLES)[number];

/** Root of the package: three folders up, in `src` as in `dist`. */
const ROOT = resolve(__dirname, '..', '..', '..');
const FILE = 'online_retail.parquet';

/** Folder of an example that comes with the package. */
export const exampleDirectory = (name: ExampleName): string => resolve(ROOT, 'examples', name);


/**
 * Copy an example without its data into a folder of the user's, which is made when needed.
 *
 * @returns The folder, absolute.
 * @throws PipelineError `CONFIG_INVALID` where a `dramatis.yaml` is there already; nothing is written then.
 */
export async function copyExample(name: ExampleName, directory: string): Promise<string> {
  const target = resolve(directory);
  const source = exampleDirectory(name);
  const there = await access(resolve(target, 'dramatis.yaml')).then(() => true, () => false);
  if (there) throw new PipelineError('CONFIG_INVALID', `${resolve(target, 'dramatis.yaml')} is already there; nothing was written`, { directory: target });
  await mkdir(target, { recursive: true });
  for (const entry of await readdir(source)) {
    if (LEFT_BEHIND.has(entry)) continue;
    await cp(resolve(source, entry), resolve(target, entry), { recursive: true, force: false });
  }
  await protectKeys(target);
  return target;
}

/**
 * Give the key files of an example mode 0600: a checkout or a package may not have kept it, and a key that others can read is refused.
 */
export async function protectKeys(directory: string): Promise<void> {
  const folder = resolve(directory, 'keys');
  for (const name of await readdir(folder).catch(() => [])) await chmod(resolve(folder, name), 0o600);
}

/** Made by a run or by the generator: no part of the example. */
const LEFT_BEHIND = new Set(['data', 'out', '.dramatis']);

/**
 * Folder with `online_retail.parquet`: the first of `--data`, `DRAMATIS_DATA`, `examples/online-retail/data`, then `data/online_retail` of
 * the shared folder (`DRAMATIS_SHARED`, default beside the package) that has it. A folder named by `--data` or `DRAMATIS_DATA` must have it:
 * nothing is taken from elsewhere behind the user's back.
 *
 * @throws PipelineError `EXAMPLE_DATA_MISSING` saying where to get the set.
 */
export function onlineRetailData({ data, environment = process.env }: { readonly data?: string; readonly environment?: NodeJS.ProcessEnv } = {}): string {
  const named = data ?? environment.DRAMATIS_DATA;
  const shared = environment.DRAMATIS_SHARED ?? resolve(ROOT, '..', 'shared');
  const places = named === undefined ? [resolve(exampleDirectory('online-retail'), 'data'), resolve(shared, 'data', 'online_retail')] : [resolve(named)];
  const found = places.find((place) => existsSync(resolve(place, FILE)));
  if (found !== undefined) return found;
  throw new PipelineError(
    'EXAMPLE_DATA_MISSING',
    `${FILE} is not in ${places.join(' or ')}. It is data set 352 of the UCI Machine Learning Repository (Chen 2015, CC BY 4.0): ` +
      `get it there, save it as Parquet as examples/online-retail/README.md says, and name its folder with --data`,
    { file: FILE, places },
  );
}
