import { createHmac, hkdfSync } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { openVault } from '../../../src/adapters/vault';

const KEY = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const folder = (): string => mkdtempSync(join(tmpdir(), 'dramatis-vault-'));
const open = (home: string, key = KEY): ReturnType<typeof openVault> =>
  openVault({ config: { projectKey: { env: 'PROJECT_KEY' } }, projectDir: home, home, env: { PROJECT_KEY: key } });
const mapFiles = (home: string, keyId: string): string[] =>
  readdirSync(join(home, 'vault', keyId, 'map')).map((name) => join(home, 'vault', keyId, 'map', name));

describe('project key', () => {
  it('comes from the environment first, then from a file that only its owner can read', () => {
    const dir = folder();
    writeFileSync(join(dir, 'key'), `${KEY}\n`, { mode: 0o600 });
    const fromFile = openVault({ config: { projectKey: { file: 'key' } }, projectDir: dir, home: dir, env: {} });
    const fromEnv = openVault({
      config: { projectKey: { env: 'K', file: 'key' } },
      projectDir: dir,
      home: dir,
      env: { K: KEY.replace('0', '1') },
    });
    expect(fromFile.keyId).toBe(open(dir).keyId);
    expect(fromEnv.keyId).not.toBe(fromFile.keyId);
    chmodSync(join(dir, 'key'), 0o640);
    expect(() => openVault({ config: { projectKey: { file: 'key' } }, projectDir: dir, home: dir, env: {} })).toThrow(
      expect.objectContaining({ code: 'KEY_INSECURE' }) as Error,
    );
    writeFileSync(join(dir, 'demo.key'), KEY, { mode: 0o644 });
    expect(openVault({ config: { projectKey: { file: 'demo.key' } }, projectDir: dir, home: dir, env: {} }).keyId).toBe(
      fromFile.keyId,
    );
  });

  it.each([
    ['no variable', { env: 'NOT_SET' }, 'KEY_MISSING'],
    ['no file', { file: 'nowhere.key' }, 'KEY_MISSING'],
    ['too short', { env: 'SHORT' }, 'KEY_INSECURE'],
    ['no hex', { env: 'WORDS' }, 'KEY_INSECURE'],
    ['one digit repeated', { env: 'ZEROS' }, 'KEY_INSECURE'],
  ])('is refused: %s', (_, projectKey, code) => {
    const env = { SHORT: KEY.slice(1), WORDS: 'correct horse battery staple'.padEnd(64, '!'), ZEROS: '0'.repeat(64) };
    expect(() => openVault({ config: { projectKey }, projectDir: folder(), home: folder(), env })).toThrow(
      expect.objectContaining({ code }) as Error,
    );
  });
});

describe('pseudonyms', () => {
  it('are the first 130 bits of HMAC-SHA-256 under a key derived with HKDF', () => {
    // Recomputed here by another way: bits as text, five at a time.
    const derived = Buffer.from(hkdfSync('sha256', Buffer.from(KEY, 'hex'), '', 'dramatis/v1/pseudonyms', 32));
    const bits = [...createHmac('sha256', derived).update('12345').digest()]
      .map((byte) => byte.toString(2).padStart(8, '0'))
      .join('');
    const digits = Array.from(
      { length: 26 },
      (_, i) => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(bits.slice(5 * i, 5 * i + 5), 2)],
    ).join('');
    expect(open(folder()).pseudonym('12345')).toBe(`c_${digits}`);
  });

  it('differ between ids that look alike and between keys, and never repeat', () => {
    const vault = open(folder());
    const ids = [
      '12345',
      '012345',
      '12345 ',
      '12345.0',
      'é',
      'e\u0301',
      ...Array.from({ length: 20_000 }, (_, i) => `id${i}`),
    ];
    expect(new Set(ids.map((id) => vault.pseudonym(id))).size).toBe(ids.length);
    expect(open(folder(), KEY.replace('0', '1')).pseudonym('12345')).not.toBe(vault.pseudonym('12345'));
  });
});

describe('map', () => {
  it('gives back what it was told, in any number of steps and repetitions', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uniqueArray(fc.string({ minLength: 1, unit: 'grapheme' }), { maxLength: 20 }), { maxLength: 5 }),
        async (batches) => {
          const home = folder();
          for (const batch of [...batches, ...batches]) {
            const vault = open(home);
            await vault.remember(new Map(batch.map((id) => [vault.pseudonym(id), id])));
          }
          const vault = open(home);
          const expected = new Map(batches.flat().map((id) => [vault.pseudonym(id), id]));
          expect(new Map(await vault.recall())).toEqual(expected);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('adds one segment per batch of new ids and none for known ones', async () => {
    const home = folder();
    const vault = open(home);
    const entries = new Map(['a', 'b'].map((id) => [vault.pseudonym(id), id]));
    await vault.remember(entries);
    await vault.remember(new Map([...entries].reverse()));
    expect(mapFiles(home, vault.keyId)).toHaveLength(1);
    await vault.remember(new Map([...entries, [vault.pseudonym('c'), 'c']]));
    expect(mapFiles(home, vault.keyId)).toHaveLength(2);
    expect((await vault.recall()).size).toBe(3);
  });

  it('survives writers at the same time', async () => {
    const home = folder();
    await Promise.all(
      Array.from({ length: 12 }, async (_, writer) => {
        const vault = open(home);
        const ids = Array.from({ length: 50 }, (__, i) => `c${(writer % 3) * 25 + i}`);
        await vault.remember(new Map(ids.map((id) => [vault.pseudonym(id), id])));
      }),
    );
    const vault = open(home);
    expect([...(await vault.recall()).values()].sort()).toEqual(Array.from({ length: 100 }, (_, i) => `c${i}`).sort());
    expect(mapFiles(home, vault.keyId).every((name) => !name.includes('.tmp'))).toBe(true);
  });

  it('finds every changed byte, a truncated file, a swapped name and another key', async () => {
    const home = folder();
    const vault = open(home);
    await vault.remember(new Map([[vault.pseudonym('jane'), 'jane']]));
    await vault.remember(new Map([[vault.pseudonym('joe'), 'joe']]));
    const [first = '', second = ''] = mapFiles(home, vault.keyId);
    const bytes = readFileSync(first);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      writeFileSync(first, changed);
      await expect(vault.recall()).rejects.toMatchObject({ code: 'VAULT_CORRUPT' });
    }
    for (const other of [bytes.subarray(0, -1), bytes.subarray(0, 10), Buffer.alloc(0), readFileSync(second)]) {
      writeFileSync(first, other);
      await expect(vault.recall()).rejects.toMatchObject({ code: 'VAULT_CORRUPT' });
    }
    writeFileSync(first, bytes);
    expect((await vault.recall()).size).toBe(2);
    expect((await open(home, KEY.replace('0', '1')).recall()).size).toBe(0);
  });

  it('is empty only where nothing was kept yet: a folder that cannot be read is an error', async () => {
    const home = folder();
    const vault = open(home);
    expect((await vault.recall()).size).toBe(0);
    await vault.remember(new Map([[vault.pseudonym('jane'), 'jane']]));
    const map = join(home, 'vault', vault.keyId, 'map');
    renameSync(map, `${map}.away`);
    writeFileSync(map, 'a file where a folder should be');
    await expect(vault.recall()).rejects.toMatchObject({ code: 'VAULT_CORRUPT', details: { errno: 'ENOTDIR' } });
    await expect(vault.remember(new Map([[vault.pseudonym('joe'), 'joe']]))).rejects.toMatchObject({
      code: 'VAULT_CORRUPT',
    });
  });

  it('leaves no id, line or key readable on disk, and files only for their owner', async () => {
    const home = folder();
    const vault = open(home);
    await vault.remember(new Map([[vault.pseudonym('jane@example.org'), 'jane@example.org']]));
    await vault.seal('rejected-transactions', '{"line":"jane@example.org;x"}');
    await vault.seal('rejected-transactions', '{"line":"jane@example.org;x"}');
    const files = [
      ...mapFiles(home, vault.keyId),
      ...readdirSync(join(home, 'vault', vault.keyId, 'sealed')).map((name) =>
        join(home, 'vault', vault.keyId, 'sealed', name),
      ),
    ];
    expect(files).toHaveLength(2);
    for (const file of files) {
      const content = readFileSync(file);
      for (const word of ['jane', KEY, KEY.slice(0, 16)])
        expect(`${file}${content.toString('latin1')}`).not.toContain(word);
    }
    await expect(vault.seal('../up', 'x')).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
  });
});
