type Bootstrap = (options: {
  root: string;
  env: Readonly<Record<string, string>>;
  log(line: string): void;
}) => Promise<{ cli: object | null }>;

const ensureCli = jest.fn(() => Promise.resolve({ path: '/cli', version: '1.9.1', from: 'the cache' }));
jest.doMock('../../scripts/lib/packages.js', () => ({ ensurePackages: () => Promise.resolve() }));
jest.doMock('../../scripts/lib/temporal-cli.js', () => ({ ensureCli }));
jest.doMock('../../scripts/build.js', () => ({ build: () => Promise.resolve() }));
const { bootstrap } = jest.requireActual<{ bootstrap: Bootstrap }>('../../scripts/bootstrap.js');

afterEach(() => ensureCli.mockClear());

it.each([
  ['TEMPORAL_ADDRESS', 'temporal:7233'],
  ['TEMPORAL_PROFILE', 'staging'],
])('needs no Temporal CLI where %s names a server, and says so', async (name, value) => {
  const lines: string[] = [];
  expect(await bootstrap({ root: '.', env: { [name]: value }, log: (line) => void lines.push(line) })).toEqual({ cli: null });
  expect(ensureCli).not.toHaveBeenCalled();
  expect(lines).toEqual([`bootstrap: Temporal server by ${name}=${value}`]);
});

it('looks for one where no server is named', async () => {
  const { cli } = await bootstrap({ root: '.', env: { TEMPORAL_NAMESPACE: 'default' }, log: () => undefined });
  expect(cli).toMatchObject({ path: '/cli' });
  expect(ensureCli).toHaveBeenCalledTimes(1);
});
