import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { checkpointText, originOf, parseCheckpoint } from '../../../src/core/audit/checkpoint';
import { leafHash } from '../../../src/core/audit/merkle';
import { openNote, parseVerifier, signNote, verifierText, type NoteVerifier } from '../../../src/core/audit/signed-note';

/** The key, text and note that the documentation of Go's sumdb/note shows. */
const VERIFIER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const SEED = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NOTE = `${TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
const privateKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), SEED]),
  format: 'der',
  type: 'pkcs8',
});
const verifier = parseVerifier(VERIFIER)!;

describe('signed note', () => {
  it('is the one that Go writes, and is read as Go reads it', () => {
    expect(signNote(TEXT, 'PeterNeumann', privateKey)).toBe(NOTE);
    expect(verifierText(verifier)).toBe(VERIFIER);
    expect(openNote(NOTE, verifier)).toBe(TEXT);
  });

  it('is not opened by another key, nor under another name', () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    expect(openNote(NOTE, { name: 'PeterNeumann', key: publicKey })).toBeUndefined();
    expect(openNote(NOTE, { ...verifier, name: 'Peter' })).toBeUndefined();
  });

  it('is refused with any one byte changed', () => {
    const bytes = Buffer.from(NOTE);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const damaged = Buffer.from(bytes);
        damaged[place] ^= change;
        expect(openNote(damaged.toString('utf8'), verifier)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('may carry signatures of others, before and after', () => {
    const others: NoteVerifier & { note: string } = (() => {
      const pair = generateKeyPairSync('ed25519');
      return { name: 'witness', key: pair.publicKey, note: signNote(TEXT, 'witness', pair.privateKey) };
    })();
    const line = others.note.slice(TEXT.length + 1);
    for (const both of [NOTE + line, `${TEXT}\n${line}${NOTE.slice(TEXT.length + 1)}`]) {
      expect(openNote(both, verifier)).toBe(TEXT);
      expect(openNote(both, others)).toBe(TEXT);
    }
  });

  it.each([['no name', TEXT, ''], ['a blank in its name', TEXT, 'a b'], ['a plus in its name', TEXT, 'a+b'], ['no line end', 'x', 'a'], ['an empty last line', 'x\n\n', 'a']])(
    'is not made with %s',
    (_, text, name) => expect(() => signNote(text, name, privateKey)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' })),
  );

  it.each([['nothing', ''], ['another hash', VERIFIER.replace('c74f', 'c74e')], ['another kind of key', VERIFIER.replace('+ARpc', '+AhpcA')], ['a short key', 'a+c74f20a3+ARpc']])(
    'has no verifier in %s',
    (_, text) => expect(parseVerifier(text)).toBeUndefined(),
  );
});

describe('checkpoint', () => {
  const checkpoint = { origin: originOf('ab'.repeat(32)), size: 42, root: leafHash('x') };

  it('is origin, size and root, a line each, and read back', () => {
    expect(checkpointText(checkpoint)).toBe(`dramatis/ledger/abababababababab\n42\n${leafHash('x').toString('base64')}\n`);
    expect(parseCheckpoint(checkpointText(checkpoint))).toEqual(checkpoint);
    expect(parseCheckpoint(`${checkpointText(checkpoint)}extension\n`)).toEqual(checkpoint);
  });

  it.each(['', 'a\n', '\n1\nx\n', 'a\n01\nq+0=\n', `a\n-1\n${leafHash('x').toString('base64')}\n`, 'a\n1\nAAAA\n', `a\n1\n${leafHash('x').toString('base64').replace(/=$/, '')}\n`])(
    'is not %j',
    (text) => expect(parseCheckpoint(text)).toBeUndefined(),
  );
});
