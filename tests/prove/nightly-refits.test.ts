import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleThread } from '../adapters/compute/bundle';
import { forcedChanges, kindsOf } from '../support/forced-changes';
import { nightlyRefits } from '../support/nightly-refits';

const CUSTOMERS = Number(process.env.DRAMATIS_PROVE_CUSTOMERS ?? 5000);
const NIGHTS = Number(process.env.DRAMATIS_PROVE_NIGHTS ?? 30);
const thread = bundleThread('src/workers/compute-thread.ts');
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'dramatis-nights-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it(`keeps the persona key of at least 98 % of the settled customers over ${NIGHTS} forced nightly refits; events account for every customer`, async () => {
  const { nights, compared, kept, labelKept, personas, changes, renamed, unbalanced } = await inFolder((folder) =>
    nightlyRefits({ folder, thread, customers: CUSTOMERS, nights: NIGHTS }),
  );
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  say(
    `${nights} nights, ${compared} comparisons of settled customers: ${percent(kept / compared)} keep their persona key, ${percent(labelKept / compared)} their raw cluster label; ` +
      `${personas} personas, ${changes} of them ever split, merged, born or retired, ${renamed} renamed; ${unbalanced} sizes or nights that events do not explain`,
  );
  expect(nights).toBe(NIGHTS);
  expect(compared).toBeGreaterThan((NIGHTS - 1) * CUSTOMERS * 0.5);
  expect(kept / compared).toBeGreaterThanOrEqual(0.98);
  expect({ changes, unbalanced }).toEqual({ changes: 0, unbalanced: 0 });
}, 3_600_000);

it('reports a forced merger, split, death and birth as such', async () => {
  const { merger, split, death, birth, victim } = await inFolder((folder) =>
    forcedChanges({ folder, thread, customers: CUSTOMERS }),
  );
  const told = { merger: kindsOf(merger), split: kindsOf(split), death: kindsOf(death), birth: kindsOf(birth) };
  for (const [forced, kinds] of Object.entries(told)) say(`forced ${forced}: ${kinds.join(', ')}`);
  expect(told.merger.filter((kind) => kind !== 'same')).toEqual(['merged', 'retired: merged']);
  expect(told.split.filter((kind) => kind !== 'same')).toEqual(['split', 'split']);
  expect(told.death.filter((kind) => kind !== 'same')).toEqual(['retired: retired']);
  expect(told.birth.filter((kind) => kind !== 'same')).toEqual(['born']);
  // who was retired stays so, though the very same customers are back
  expect(birth.personas.map(({ key }) => key)).not.toContain(victim);
}, 3_600_000);
