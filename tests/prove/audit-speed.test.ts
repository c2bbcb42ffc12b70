import { auditStore } from '../../src/adapters/audit';
import { manyRuns } from '../support/audit-many';
import { freshHome } from '../support/home';

const RUNS = 1000;

it(`verifies ${RUNS} runs within 5 s`, async () => {
  const home = freshHome();
  const { megabytes } = manyRuns(home, RUNS);
  const started = performance.now();
  const { ok, checked } = await auditStore({ home, recordsOnly: true });
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`${checked.runs} runs, ${checked.entries} entries, ${checked.manifests} manifests and envelopes, ${megabytes.toFixed(0)} MB in all: ${seconds.toFixed(2)} s\n`);
  expect(ok).toBe(true);
  expect(checked).toMatchObject({ runs: RUNS, manifests: RUNS, envelopes: RUNS, releases: RUNS, entries: 4 * RUNS });
  expect(seconds).toBeLessThanOrEqual(5);
}, 600_000);
