import { mkdtemp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyExample, onlineRetailData } from '../../../src/adapters/examples';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'dramatis-locate-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const place = async (...folders: string[]): Promise<string> => {
  const folder = join(home, ...folders);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'online_retail.parquet'), '');
  return folder;
};

it('prefers --data to DRAMATIS_DATA, and that to the shared folder', async () => {
  const [option, variable] = [await place('option'), await place('variable')];
  const shared = await place('shared', 'data', 'online_retail');
  const environment = { DRAMATIS_DATA: variable, DRAMATIS_SHARED: join(home, 'shared') };
  expect(onlineRetailData({ data: option, environment })).toBe(option);
  expect(onlineRetailData({ environment })).toBe(variable);
  expect(onlineRetailData({ environment: { DRAMATIS_SHARED: join(home, 'shared') } })).toBe(shared);
});

it('does not look elsewhere when the named folder lacks the file, and says where to get the set', async () => {
  await place('shared', 'data', 'online_retail');
  const environment = { DRAMATIS_SHARED: join(home, 'shared') };
  const attempt = () => onlineRetailData({ data: join(home, 'empty'), environment });
  expect(attempt).toThrow(expect.objectContaining({ code: 'EXAMPLE_DATA_MISSING' }));
  expect(attempt).toThrow(/UCI Machine Learning Repository/);
});

it('copies an example without data, with a key only its owner can read, and never over another project', async () => {
  const target = join(home, 'copy');
  await copyExample('shop', target);
  expect((await readdir(target)).sort()).toEqual(['.gitignore', 'README.md', 'dramatis.yaml', 'features', 'keys', 'sql']);
  expect((await stat(join(target, 'keys', 'demo.key'))).mode & 0o777).toBe(0o600);
  await writeFile(join(target, 'dramatis.yaml'), 'mine');
  await expect(copyExample('shop', target)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(await readFile(join(target, 'dramatis.yaml'), 'utf8')).toBe('mine');
});
