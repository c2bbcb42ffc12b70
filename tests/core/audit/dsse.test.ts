import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { openEnvelope, preAuthentication, sealEnvelope } from '../../../src/core/audit/dsse';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const TYPE = 'application/vnd.test+json';

describe('DSSE envelope', () => {
  it('signs the encoding that the specification shows', () => {
    // The example of the DSSE protocol: lengths in bytes, decimal, one blank between all parts.
    expect(preAuthentication('http://example.com/HelloWorld', Buffer.from('hello world')).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
    expect(preAuthentication('ü', Buffer.from('€')).toString()).toBe('DSSEv1 2 ü 3 €');
  });

  it('gives back what was put in, to who has the key and asks for the type', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const envelope = sealEnvelope(TYPE, text, privateKey, 'k');
        expect(openEnvelope(envelope, TYPE, publicKey)).toBe(text);
        expect(sealEnvelope(TYPE, text, privateKey, 'k')).toEqual(envelope);
      }),
      { numRuns: 50 },
    );
    const envelope = sealEnvelope(TYPE, '{}', privateKey, 'k');
    expect(openEnvelope(envelope, 'text/plain', publicKey)).toBeUndefined();
    expect(openEnvelope({ ...envelope, payloadType: 'text/plain' }, 'text/plain', publicKey)).toBeUndefined();
    expect(openEnvelope(envelope, TYPE, generateKeyPairSync('ed25519').publicKey)).toBeUndefined();
    expect(openEnvelope({ ...envelope, payload: Buffer.from('{ }').toString('base64') }, TYPE, publicKey)).toBeUndefined();
    expect(openEnvelope({ ...envelope, signatures: [] }, TYPE, publicKey)).toBeUndefined();
  });
});
