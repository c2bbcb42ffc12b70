import { createHash } from 'node:crypto';
import { mkdtemp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateShop } from '../../../src/adapters/examples';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'dramatis-shop-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** File → SHA-256, read back from the disk. */
async function hashes(directory: string): Promise<Record<string, string>> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
  const pairs = await Promise.all(files.map(async (path) => [path.slice(directory.length + 1), createHash('sha256').update(await readFile(path)).digest('hex')] as const));
  return Object.fromEntries(pairs);
}

const make = async (name: string, options: { customers?: number; seed?: number; threads?: number } = {}) => {
  const directory = join(home, name);
  const shop = await generateShop({ directory, customers: 500, seed: 7, ...options });
  return { directory, shop };
};

it('gives the same bytes for the same seed and size, on one thread and on two', async () => {
  // 6,000 customers give more than 122,880 rows, the least that two threads share
  const one = await make('one-thread', { threads: 1, customers: 6000 });
  const two = await make('two-threads', { threads: 2, customers: 6000 });
  expect(one.shop.transactions).toBeGreaterThan(122_880);
  const files = await hashes(one.directory);
  // nine quarters (the last is the days after the as-of date), customers, truth, receipt
  expect(Object.keys(files)).toHaveLength(12);
  expect(await hashes(two.directory)).toEqual(files);
  for (const { file, sha256 } of one.shop.files) expect(files[file]).toBe(sha256);
});

it('gives other data for another seed', async () => {
  const seven = await make('seed-7');
  const eight = await make('seed-8', { seed: 8 });
  const [a, b] = [await hashes(seven.directory), await hashes(eight.directory)];
  for (const { file } of seven.shop.files) expect(b[file]).not.toBe(a[file]);
});

it('keeps a folder that is up to date, and makes it again when a file is gone or the size differs', async () => {
  const first = await make('again');
  expect(first.shop.reused).toBe(false);
  expect((await make('again')).shop.reused).toBe(true);
  await rm(join(first.directory, 'customers.csv'));
  const repaired = await make('again');
  expect(repaired.shop.reused).toBe(false);
  expect(repaired.shop.files).toEqual(first.shop.files);
  const smaller = await make('again', { customers: 200 });
  expect(smaller.shop.reused).toBe(false);
  expect(smaller.shop.transactions).toBeLessThan(first.shop.transactions / 2);
  expect((await readdir(home)).filter((name) => /\.(new|old)-/.test(name))).toEqual([]);
});

it('refuses to replace a folder it did not make', async () => {
  const directory = join(home, 'mine');
  await mkdir(directory);
  await writeFile(join(directory, 'thesis.txt'), 'precious');
  await expect(generateShop({ directory, customers: 200 })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(await readdir(directory)).toEqual(['thesis.txt']);
});

it.each([{ customers: 99 }, { customers: 1.5 }, { customers: 6_000_000 }, { seed: -1 }])('refuses %j', async (size) => {
  await expect(generateShop({ directory: join(home, 'never'), ...size })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(await readdir(home)).not.toContain('never');
});
