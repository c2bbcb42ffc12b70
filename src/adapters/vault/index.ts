import { createHmac } from 'node:crypto';
import type { ProjectConfig } from '../../config/project';
import { PipelineError } from '../../contracts/errors';
import type { Vault } from '../../core/ports';
import { shelfAt, type Place } from '../shelf';
import { markErased, readErased } from './erased';
import { createOnly, readAll } from './files';
import { rewriteSealed, type Sealed } from './forget';
import { deriveKeys, pseudonymOf, readProjectKey } from './keys';
import { decrypt, encrypt } from './seal';

export interface VaultOptions {
  readonly config: Pick<ProjectConfig['privacy'], 'projectKey'>;
  /** Where a relative key file starts from. */
  readonly projectDir: string;
  /** Where the store is. */
  readonly home: Place;
  readonly env?: NodeJS.ProcessEnv;
}

/** A vault that can also forget: opened by `gdpr erase` alone. */
export interface ErasingVault extends Vault {
  /** From now on extract leaves the customer out. */
  markErased(pid: string): Promise<void>;
  /**
   * Remove the way back from a pseudonym, and every sealed line that mentions the customer.
   *
   * @returns Files written anew or removed.
   */
  forget(pid: string, mentions: (line: string) => boolean): Promise<number>;
}

function parseSegment(name: string, text: string): readonly (readonly [string, string])[] {
  const value: unknown = JSON.parse(text);
  const isEntry = (entry: unknown): entry is [string, string] =>
    Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === 'string');
  if (!Array.isArray(value) || !value.every(isEntry))
    throw new PipelineError('VAULT_CORRUPT', `the vault file ${name} does not hold pseudonyms`, { file: name });
  return value;
}

/**
 * The vault of one project key under `vault/<keyId>/`: `map/` has segments of pseudonym → id, `sealed/` has rejected lines. All files
 * are encrypted (AES-256-GCM), created once under a name made from their content, and never changed: writers need no lock, and
 * repeating a write does nothing.
 *
 * @throws PipelineError `KEY_MISSING`, `KEY_INSECURE`; later `VAULT_CORRUPT`.
 */
export function openVault({ config, projectDir, home, env = process.env }: VaultOptions): ErasingVault {
  const keys = deriveKeys(readProjectKey(config.projectKey, projectDir, env));
  const shelf = shelfAt(home);
  const folder = `vault/${keys.keyId}`;
  const mapFolder = `${folder}/map`;
  /** Keyed, so that the name of a file tells nothing about what is in it. */
  const digest = (text: string): string => createHmac('sha256', keys.names).update(text).digest('hex').slice(0, 32);

  async function recall(): Promise<Map<string, string>> {
    const known = new Map<string, string>();
    for (const [name, bytes] of await readAll(shelf, mapFolder)) {
      for (const [pid, id] of parseSegment(name, decrypt(keys.encryption, name, bytes))) known.set(pid, id);
    }
    return known;
  }

  return {
    keyId: keys.keyId,
    pseudonym: (customerId) => pseudonymOf(keys.pseudonyms, customerId),
    recall,
    async remember(entries) {
      const known = await recall();
      // Pids alone are sorted by the runtime's own order of texts, without a call per pair.
      const unknown = [...entries.keys()].filter((pid) => !known.has(pid)).sort();
      const fresh = unknown.map((pid) => [pid, entries.get(pid)]);
      if (fresh.length === 0) return;
      const text = JSON.stringify(fresh);
      const name = digest(text);
      await createOnly(shelf, `${mapFolder}/${name}`, () => encrypt(keys.encryption, name, text));
    },
    async seal(name, text) {
      if (!/^[a-z0-9][a-z0-9._-]{0,200}$/.test(name))
        throw new PipelineError('ENGINE_FAILED', `"${name}" cannot name a sealed file`);
      const full = `${name}-${digest(text)}`;
      await createOnly(shelf, `${folder}/sealed/${full}`, () => encrypt(keys.encryption, full, text));
    },
    erased: () => readErased(shelf, folder, keys.erased),
    markErased: (pid) => markErased(shelf, folder, keys.erased, pid),
    async forget(pid, mentions) {
      const files = (place: string, rename: Sealed['rename']): Sealed => ({
        shelf,
        folder: place,
        open: (name, bytes) => decrypt(keys.encryption, name, bytes),
        seal: (name, text) => encrypt(keys.encryption, name, text),
        rename,
      });
      const maps = await rewriteSealed(files(mapFolder, (_, text) => digest(text)), (text) => {
        const left = parseSegment('of the map', text).filter(([known, id]) => known !== pid && !mentions(id));
        return left.length === 0 ? null : JSON.stringify(left);
      });
      const sealed = files(`${folder}/sealed`, (name, text) => `${name.replace(/-[0-9a-f]{32}$/, '')}-${digest(text)}`);
      return maps + (await rewriteSealed(sealed, (text) => text.split('\n').filter((line) => !mentions(line)).join('\n') || null));
    },
  };
}
