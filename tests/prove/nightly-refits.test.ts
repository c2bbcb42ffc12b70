import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleThread } from '../adapters/compute/bundle';
import { nightlyRefits } from '../support/nightly-refits';

const CUSTOMERS = Number(process.env.DRAMATIS_PROVE_CUSTOMERS ?? 5000);
const NIGHTS = 30;
const thread = bundleThread('src/workers/compute-thread.ts');

it(`keeps the persona key of at least 98 % of the settled customers over ${NIGHTS} forced nightly refits`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dramatis-nights-'));
  try {
    const { nights, compared, kept, labelKept, personas } = await nightlyRefits({
      folder,
      thread,
      customers: CUSTOMERS,
      nights: NIGHTS,
    });
    const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
    process.stdout.write(
      `${nights} nights, ${compared} comparisons of settled customers: ${percent(kept / compared)} keep their persona key, ${percent(labelKept / compared)} their raw cluster label; ${personas} personas\n`,
    );
    expect(nights).toBe(NIGHTS);
    expect(compared).toBeGreaterThan((NIGHTS - 1) * CUSTOMERS * 0.5);
    expect(kept / compared).toBeGreaterThanOrEqual(0.98);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 3_600_000);
