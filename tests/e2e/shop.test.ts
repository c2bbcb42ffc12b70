import { join } from 'node:path';
import { removeFolders, stabilityShown, STABILITIES, succeed, temporaryFolder, type RunJson } from './support';

describe('the shop as it comes, 25,000 customers', () => {
  afterAll(removeFolders);

  it('publishes with stability labels shown, and finds 5 to 7 personas, at least 0.85 as well as k-means that starts from the planted means', async () => {
    const folder = join(temporaryFolder(), 'shop');
    const result = (await succeed(['example', 'shop', '--run', folder, '--json'])).json<RunJson>();
    expect(result).toMatchObject({ outcome: 'published', release: 1 });
    const labels = stabilityShown(join(folder, 'out', '1', 'report.html'));
    expect(labels).toHaveLength(result.personas.length);
    for (const label of labels) expect(label).toMatch(STABILITIES);
    expect(result.personas.length).toBeGreaterThanOrEqual(5);
    expect(result.personas.length).toBeLessThanOrEqual(7);
    expect(result.truth!.adjustedRand).toBeGreaterThanOrEqual(0.85 * result.truth!.planted.adjustedRand);
  }, 300_000);
});
