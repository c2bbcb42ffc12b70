import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';

export interface Post {
  readonly url: URL;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly lookup: LookupFunction | undefined;
}

/**
 * Signature of a body: hex HMAC-SHA-256 of `<timestamp>.<body>`. A receiver works it out the same way, compares in constant time, and refuses
 * timestamps that are older than a few minutes.
 *
 * @param timestamp Seconds since 1970.
 */
export const signatureOf = (secret: string, timestamp: number, body: string): string =>
  createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');

/** Send one POST over a connection of its own; redirects are not followed, the answer's body is not read. Returns the HTTP status. */
export function post({ url, body, headers, timeoutMs, lookup }: Post): Promise<number> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise((done, failed) => {
    const sent = request(url, { method: 'POST', agent: false, signal, headers: { ...headers, 'content-length': Buffer.byteLength(body) }, ...(lookup && { lookup }) }, (response) => {
      done(response.statusCode ?? 0);
      response.destroy();
    });
    sent.once('error', failed);
    sent.end(body);
  });
}
