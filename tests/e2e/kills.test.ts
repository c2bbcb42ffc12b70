import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STAGES } from '../../src/contracts/stages';
import { killedAtRandom } from '../faults/random-kills';
import { copyProject, makeShop, removeFolders, startDramatis, succeed, temporaryFolder, until, type RunJson, type Shown } from './support';

// Milliseconds after the work of each stage begins: somewhere in its middle on a quiet machine, before its record in any case.
const MIDDLE: Record<string, number> = { extract: 150, quality: 60, clean: 80, features: 60, prepare: 20, selection: 400, clustering: 30, personas: 40, report: 20 };

describe('kill -9', () => {
  let project: string;
  let undisturbed: RunJson;
  beforeAll(async () => {
    project = await makeShop();
    undisturbed = (await succeed(['run', '-p', copyProject(project), '--json'])).json<RunJson>();
  }, 180_000);
  afterAll(removeFolders);

  const releases = (copy: string): string[] => readdirSync(join(copy, '.dramatis', 'releases', 'shop', 'demo'));

  it('of the worker in the middle of each stage: one run, same digest, exactly one release', async () => {
    const copy = copyProject(project);
    const points = STAGES.map((stage) => (stage === 'publish' ? 'publish:committed' : `${stage}:work+${MIDDLE[stage]}`));
    const markers = temporaryFolder();
    const killed = (await succeed(['run', '-p', copy, '--json'], { env: { DRAMATIS_FAULT: `${points.join(',')}@${markers}` } })).json<RunJson>();
    expect(readdirSync(markers)).toHaveLength(STAGES.length);
    expect(killed).toMatchObject({ outcome: 'published', release: 1, digest: undisturbed.digest, resultDigest: undisturbed.resultDigest });
    expect(releases(copy)).toEqual(['1.json']);
    // Every kill shows as another attempt of its stage, or the stage had finished in time.
    expect(killed.stages.filter(({ attempt }) => attempt > 1).length).toBeGreaterThanOrEqual(6);
  }, 420_000);

  it('of the server in the middle of the run: it comes back on the same file and the run ends the same', async () => {
    const copy = copyProject(project);
    let killed = false;
    await succeed(['run', '-p', copy], {
      onStderr: (text) => {
        if (killed || !text.includes('quality')) return;
        killed = true;
        const { process: server } = JSON.parse(readFileSync(join(copy, '.dramatis', 'temporal', 'server.json'), 'utf8')) as { process: { pid: number } };
        process.kill(server.pid, 'SIGKILL');
      },
    });
    expect(killed).toBe(true);
    const shown = (await succeed(['show', 'shop-demo-2026-06-30-1', '-p', copy, '--json'])).json<Shown>();
    expect(shown).toMatchObject({ status: 'succeeded', digest: undisturbed.digest, resultDigest: undisturbed.resultDigest });
    expect(releases(copy)).toEqual(['1.json']);
  }, 180_000);

  it('of the client in mid-run: the next start joins the run, brings a worker for it, and leaves nothing running', async () => {
    const copy = copyProject(project);
    const first = startDramatis(['run', '-p', copy]);
    await until('extract is done', () => first.text().includes('extract'));
    first.child.kill('SIGKILL');
    const second = (await succeed(['run', '-p', copy, '--json'])).json<RunJson>();
    expect(second).toMatchObject({ release: 1, digest: undisturbed.digest });
    expect(releases(copy)).toEqual(['1.json']);
    const { process: server } = JSON.parse(readFileSync(join(copy, '.dramatis', 'temporal', 'server.json'), 'utf8')) as { process: unknown };
    expect(server).toBeNull();
  }, 120_000);

  it('at random moments: the same digest, exactly one release, an intact ledger', async () => {
    const { ends } = await killedAtRandom(project, 3, 11);
    const { digest, resultDigest } = undisturbed;
    for (const end of ends) expect(end).toEqual({ digest, resultDigest, releases: ['1.json'], ledger: null });
  }, 420_000);

  it('of nobody: a run that used the worker of another goes on when that one ends', async () => {
    const copy = copyProject(project);
    const first = succeed(['run', '--scratch', '--as-of', '2026-06-30', '-p', copy, '--json']);
    await until('the worker of the first is there', () => existsSync(join(copy, '.dramatis', 'temporal', 'worker.json')));
    const second = succeed(['run', '--scratch', '--as-of', '2026-06-29', '-p', copy]);
    await first;
    const { stderr } = await second;
    expect(stderr).toContain('using the worker that is running');
  }, 120_000);
});
