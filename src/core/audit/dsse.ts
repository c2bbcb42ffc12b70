import { sign, verify, type KeyObject } from 'node:crypto';
import type { Envelope } from '../../contracts/envelope';

/** What is signed instead of the payload alone, so that its type is signed with it: DSSE's pre-authentication encoding. */
export function preAuthentication(payloadType: string, payload: Uint8Array): Buffer {
  const header = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.byteLength} `;
  return Buffer.concat([Buffer.from(header), payload]);
}

/** Put a text into a DSSE envelope with one ed25519 signature. The same text and key always give the same envelope. */
export function sealEnvelope(payloadType: string, payload: string, key: KeyObject, keyid: string): Envelope {
  const bytes = Buffer.from(payload);
  const sig = sign(null, preAuthentication(payloadType, bytes), key).toString('base64');
  return { payload: bytes.toString('base64'), payloadType, signatures: [{ keyid, sig }] };
}

/** The text in an envelope of this type that the key signed; undefined where no signature fits. */
export function openEnvelope({ payload, payloadType, signatures }: Envelope, type: string, key: KeyObject): string | undefined {
  if (payloadType !== type) return undefined;
  const bytes = Buffer.from(payload, 'base64');
  const signed = preAuthentication(payloadType, bytes);
  return signatures.some(({ sig }) => verify(null, signed, key, Buffer.from(sig, 'base64'))) ? bytes.toString('utf8') : undefined;
}
