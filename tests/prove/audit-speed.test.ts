import { auditStore } from '../../src/adapters/audit';
import { manyRuns } from '../support/audit-many';
import { freshHome } from '../support/home';

const RUNS = 1000;

it(`verifies ${RUNS} runs within 5 s`, async () => {
  const home = freshHome();
  const { megabytes } = manyRuns(home, RUNS);
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const started = performance.now();
    const { ok, checked } = await auditStore({ home, recordsOnly: true });
    times.push((performance.now() - started) / 1000);
    expect(ok).toBe(true);
    expect(checked).toMatchObject({ runs: RUNS, manifests: RUNS, envelopes: RUNS, releases: RUNS, entries: 5 * RUNS });
  }
  process.stdout.write(`${RUNS} runs, ${4 * RUNS} entries, ${megabytes.toFixed(0)} MB in all: ${times.map((s) => s.toFixed(2)).join(', ')} s\n`);
  // Of a shared machine the best of three: what else it does meanwhile is no part of this.
  expect(Math.min(...times)).toBeLessThanOrEqual(5);
}, 600_000);
