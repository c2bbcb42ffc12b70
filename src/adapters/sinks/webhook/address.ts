import { lookup } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { PipelineError } from '../../../contracts/errors';

/** Addresses that are not public: IANA's special-purpose registries, and IPv6 ranges that carry an IPv4 address. */
const V4 =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4';
const V6 = '::/96 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8';
const listOf = (ranges: string, family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList();
  for (const range of ranges.split(' ')) {
    const [network, bits] = range.split('/');
    list.addSubnet(network, Number(bits), family);
  }
  return list;
};
// Two lists: in one, a range of IPv6 that carries IPv4 addresses takes in all of IPv4.
const NOT_PUBLIC = { 4: listOf(V4, 'ipv4'), 6: listOf(V6, 'ipv6') };

/** Whether an address of the public internet. */
export const isPublic = (address: string): boolean => {
  const family = isIP(address);
  return (family === 4 && !NOT_PUBLIC[4].check(address, 'ipv4')) || (family === 6 && !NOT_PUBLIC[6].check(address, 'ipv6'));
};

const privateAddress = (target: string, host: string): PipelineError =>
  new PipelineError(
    'SINK_UNSAFE',
    `target ${target}: ${host} leads to a private, link-local or loopback address; set allowPrivate if this is meant`,
    { target, host },
  );

/** @throws PipelineError `SINK_UNSAFE` for a URL whose host is such an address itself: no name is looked up for it. */
export function assertPublicHost(target: string, { hostname }: URL): void {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublic(host)) throw privateAddress(target, host);
}

/**
 * The look-up of a connection: all addresses of the name must be public, and the connection goes to one that was looked at, so a name
 * cannot lead elsewhere between the look and the connection.
 */
export const publicLookup =
  (target: string, resolve: (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]> = (host) => lookup(host, { all: true })): LookupFunction =>
  (host, options, callback) => {
    resolve(host).then(
      (addresses) => {
        if (addresses.length === 0 || !addresses.every(({ address }) => isPublic(address))) return callback(privateAddress(target, host), '', 0);
        if (options.all) return callback(null, [...addresses]);
        const [{ address, family }] = addresses;
        return callback(null, address, family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
