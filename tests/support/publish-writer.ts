import { createArtifactStore } from '../../src/adapters/artifacts';
import { createLedger } from '../../src/adapters/ledger';
import { createReleaseStore } from '../../src/adapters/releases';
import { PipelineError } from '../../src/contracts/errors';
import { draftOf } from './release';

/**
 * One of several writers: publish the keys 1..`keys` in order, each with an object of its own and a ledger entry, beginning at the
 * first that has no entry yet. Ends when all keys are there.
 */
async function main([home, keys]: string[]): Promise<void> {
  process.stdout.write('alive\n');
  const [artifacts, releases, ledger] = [createArtifactStore(home), createReleaseStore(home), createLedger(home)];
  const entered = new Set((await ledger.read()).map(({ body }) => (body as { key: number }).key));
  for (let key = 1; key <= Number(keys);) {
    if (entered.has(key)) {
      key++;
      continue;
    }
    const expected = (await releases.current('shop', 'prod'))?.n ?? null;
    const manifest = await artifacts.writeJson('run.manifest', { key, filler: 'x'.repeat(20_000) });
    // What a reader takes for one release must be of one key.
    const parts = { a: await artifacts.writeJson('x.a', { key }), b: await artifacts.writeJson('x.b', { b: key, key }) };
    const draft = draftOf(`key ${key}`, { parent: expected, manifest, artifacts: parts, runId: `run-${process.pid}` });
    try {
      const { commit } = await releases.commit(draft, expected);
      await ledger.append({
        type: 'release.published',
        actor: 'writer',
        reason: 'prove',
        at: commit.at,
        subject: `shop/prod/${commit.n}`,
        body: { key },
      });
      key++;
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== 'RELEASE_MOVED') throw error;
    }
  }
}

void main(process.argv.slice(2));
