import { join } from 'node:path';
import { succeed, temporaryFolder, removeFolders, type RunJson } from './support';

describe('the shop as it comes, 25,000 customers', () => {
  afterAll(removeFolders);

  it('finds 5 to 7 personas, at least 0.85 as well as k-means that starts from the planted means', async () => {
    const result = (await succeed(['example', 'shop', '--run', join(temporaryFolder(), 'shop'), '--json'])).json<RunJson>();
    expect(result.personas.length).toBeGreaterThanOrEqual(5);
    expect(result.personas.length).toBeLessThanOrEqual(7);
    expect(result.truth!.adjustedRand).toBeGreaterThanOrEqual(0.85 * result.truth!.planted.adjustedRand);
  }, 300_000);
});
