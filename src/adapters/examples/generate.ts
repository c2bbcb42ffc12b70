import { version } from '@duckdb/node-api';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PipelineError } from '../../contracts/errors';
import { exampleDirectory } from './locate';
import { SHOP_AS_OF, writeShop, type ShopSize, type WrittenFile } from './shop-database';
import { shopExports } from './shop-files';

export const SHOP_DEFAULTS: ShopSize = { customers: 25_000, seed: 1 };
/** Customer numbers have seven digits: see `customer_number` in 05-customers.sql. */
const MAX_CUSTOMERS = 5_000_000;
const MIN_CUSTOMERS = 100;
const RECEIPT = '_generated.json';

export interface GenerateOptions extends Partial<ShopSize> {
  /** The data folder to make. One that was generated before is replaced; any other folder with files in it is refused. */
  readonly directory: string;
  /** Never changes a byte. Default 2. */
  readonly threads?: number;
  readonly log?: (line: string) => void;
}

/** What was generated: also the content of `_generated.json` in the data folder. */
export interface GeneratedShop extends ShopSize {
  readonly format: 1;
  readonly asOf: string;
  /** SHA-256 over the generator's SQL, its exports and the engine's version. */
  readonly generator: string;
  readonly files: readonly (WrittenFile & { readonly sha256: string })[];
  /** Rows of each export. */
  readonly transactions: number;
  readonly people: number;
}

/**
 * Generate the example shop's exports: all of them or none. Same customers, seed and generator: same bytes, on any number of threads. A folder
 * that already holds them is left as it is.
 *
 * About 3 s for the default size on two cores; the time and the memory grow with the customers (about 28 rows each).
 *
 * @throws PipelineError `CONFIG_INVALID` for a size out of range, or a folder that holds something else.
 */
export async function generateShop({ directory, threads = 2, log = () => undefined, ...size }: GenerateOptions): Promise<GeneratedShop & { readonly reused: boolean }> {
  const { customers, seed } = checkSize({ ...SHOP_DEFAULTS, ...size });
  const target = resolve(directory);
  const sql = await readGenerator();
  const generator = digestOf(sql);
  const before = await readReceipt(target);
  if (before !== undefined && before.generator === generator && before.customers === customers && before.seed === seed && (await isComplete(target, before))) {
    return { ...before, reused: true };
  }
  await refuseForeign(target, before);
  const temporary = `${target}.new-${randomUUID()}`;
  try {
    await mkdir(temporary, { recursive: true });
    log(`generating the exports of ${customers} customers, seed ${seed}`);
    const written = await writeShop(temporary, sql, { customers, seed }, { threads });
    const shop = { format: 1 as const, asOf: SHOP_AS_OF, customers, seed, generator, ...(await describe(temporary, written)) };
    await writeFile(join(temporary, RECEIPT), `${JSON.stringify(shop, null, 2)}\n`);
    await swap(temporary, target);
    return { ...shop, reused: false };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function checkSize({ customers, seed }: ShopSize): ShopSize {
  if (!Number.isInteger(customers) || customers < MIN_CUSTOMERS || customers > MAX_CUSTOMERS) {
    throw new PipelineError('CONFIG_INVALID', `customers must be a whole number from ${MIN_CUSTOMERS} to ${MAX_CUSTOMERS}, not ${customers}`, { customers });
  }
  if (!Number.isSafeInteger(seed) || seed < 0) throw new PipelineError('CONFIG_INVALID', `the seed must be a whole number from 0, not ${seed}`, { seed });
  return { customers, seed };
}

async function readGenerator(): Promise<Map<string, string>> {
  const folder = join(exampleDirectory('shop'), 'sql');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)));
}

function digestOf(sql: ReadonlyMap<string, string>): string {
  const parts = JSON.stringify([version(), SHOP_AS_OF, [...sql], shopExports(['quarter'])]);
  return createHash('sha256').update(parts).digest('hex');
}

async function readReceipt(target: string): Promise<GeneratedShop | undefined> {
  const text = await readFile(join(target, RECEIPT), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as GeneratedShop;
  } catch {
    return undefined;
  }
}

async function isComplete(target: string, { files }: GeneratedShop): Promise<boolean> {
  const sizes = await Promise.all(files.map(({ file }) => stat(join(target, file)).then(({ size }) => size, () => -1)));
  return files.every(({ bytes }, i) => sizes[i] === bytes);
}

/** Only an empty folder, or one that this generator made, is replaced. */
async function refuseForeign(target: string, before: GeneratedShop | undefined): Promise<void> {
  const entries = await readdir(target).catch(() => []);
  if (before === undefined && entries.length > 0) {
    throw new PipelineError('CONFIG_INVALID', `${target} holds files that were not generated; name another folder, or empty it yourself`, { directory: target });
  }
}

async function describe(folder: string, written: readonly WrittenFile[]): Promise<Pick<GeneratedShop, 'files' | 'transactions' | 'people'>> {
  const files = await Promise.all(
    written.map(async (file) => ({ ...file, sha256: createHash('sha256').update(await readFile(join(folder, file.file))).digest('hex') })),
  );
  const rows = (prefix: string): number => files.reduce((sum, file) => sum + (file.file.startsWith(prefix) ? file.rows : 0), 0);
  return { files, transactions: rows('transactions/'), people: rows('customers') };
}

/** Put the new folder in the place of the old one: readers see the old or the new, or for a moment none, never a mixture. */
async function swap(temporary: string, target: string): Promise<void> {
  const old = `${target}.old-${randomUUID()}`;
  await mkdir(dirname(target), { recursive: true });
  const moved = await rename(target, old).then(() => true, () => false);
  await rename(temporary, target);
  if (moved) await rm(old, { recursive: true, force: true });
}
