import { dramatis, makeShop, removeFolders, succeed, type RunJson } from '../e2e/support';

const RUNS = Number(process.env.DRAMATIS_PROVE_REPLAYS ?? 20);
const CUSTOMERS = 600;
const LAST = Date.UTC(2026, 5, 30);
const DAY_MS = 86_400_000;

afterAll(removeFolders);

it(`replays ${RUNS} stored runs of successive days to identical bytes`, async () => {
  const project = await makeShop(CUSTOMERS);
  const runs: RunJson[] = [];
  for (let i = RUNS - 1; i >= 0; i--) {
    const asOf = new Date(LAST - i * DAY_MS).toISOString().slice(0, 10);
    runs.push((await succeed(['run', '-p', project, '--as-of', asOf, '--json'])).json<RunJson>());
  }
  const verdicts: Record<string, string> = {};
  for (const { run } of runs) verdicts[run] = (await dramatis(['audit', 'replay', run, '-p', project, '--json'])).json<{ verdict: string }>().verdict;
  const identical = Object.values(verdicts).filter((verdict) => verdict === 'identical bytes').length;
  process.stdout.write(`stored runs replayed to identical bytes: ${identical}/${RUNS}\n`);
  expect(verdicts).toEqual(Object.fromEntries(runs.map(({ run }) => [run, 'identical bytes'])));
}, 3_600_000);
