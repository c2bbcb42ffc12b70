import { freshHome } from '../../support/home';
import { publishUnderFire } from '../../support/publish-under-fire';

it('publishes each key once while three writers are killed again and again', async () => {
  const { kills, reads } = await publishUnderFire(freshHome(), 8);
  expect(kills).toBeGreaterThan(0);
  expect(reads).toBeGreaterThan(100);
}, 120_000);
