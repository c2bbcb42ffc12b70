/** A signed document as DSSE (Dead Simple Signing Envelope) 1.0 writes it. */
export interface Envelope {
  /** Base64 of the document. */
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly keyid: string; /** Base64. */ readonly sig: string }[];
}

/** Payload type of a run's manifest: its canonical JSON. */
export const MANIFEST_PAYLOAD = 'application/vnd.dramatis.manifest+json';
