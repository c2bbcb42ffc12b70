import type { Manifest } from '../contracts/manifest';
import { openVault } from '../adapters/vault';
import { note } from './output';
import type { Workspace } from './workspace';

/**
 * Look at the project key before anything starts, and say so when it is another one than the current release was made with: every
 * pseudonym becomes a new one then, and no persona can be matched.
 *
 * @throws PipelineError `KEY_MISSING`, `KEY_INSECURE`.
 */
export async function warnOfNewKey({ resolved, directory, store }: Workspace, quiet: boolean): Promise<void> {
  const { config } = resolved;
  const { keyId } = openVault({ config: config.privacy, projectDir: directory, home: store.shelf });
  const current = await store.releases.current(config.project, config.environment);
  if (!current || quiet) return;
  const { facts } = await store.artifacts.readJson<Manifest>(current.manifest);
  if (facts.projectKeyId === keyId) return;
  note(`! the project key (${keyId}) is not that of release ${current.n} (${facts.projectKeyId}): every customer gets a new pseudonym, so no persona can be matched`);
}
