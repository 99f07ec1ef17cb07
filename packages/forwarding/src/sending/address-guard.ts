import { lookup as systemLookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { type GuardedAddress } from '../destinations/destination.ts'

type Subnet = readonly [network: string, prefix: number]

/**
 * Where a cloud serves credentials to whatever asks from inside: link-local addresses, and those
 * that some providers use beside them. 64:ff9b:: and 2002:: lead to IPv4 where a network translates
 * (NAT64, 6to4).
 */
const METADATA: readonly Subnet[] = [
  ['169.254.0.0', 16],
  ['fe80::', 10],
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
  ['192.0.0.192', 32],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['64:ff9b::169.254.0.0', 112],
  ['64:ff9b:1::', 48],
  ['2002:a9fe::', 32],
]
/** Every way to this host itself. */
const LOOPBACK: readonly Subnet[] = [
  ['127.0.0.0', 8],
  ['::1', 128],
  ['0.0.0.0', 8],
  ['::', 128],
  ['64:ff9b::127.0.0.0', 104],
  ['2002:7f00::', 24],
  ['::127.0.0.0', 104],
]

const lists: Readonly<Record<GuardedAddress, BlockList>> = {
  loopback: toBlockList(LOOPBACK),
  metadata: toBlockList(METADATA),
}
const guarded: readonly GuardedAddress[] = ['loopback', 'metadata']

function toBlockList(subnets: readonly Subnet[]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of subnets) {
    list.addSubnet(network, prefix, isIP(network) === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}

/** An address was not connected to. Retrying helps only once a name has another address. */
export class AddressRefused extends Error {
  readonly code = 'address_refused'
}

/** Why an address, or the name of a host that is one, is not connected to; undefined if it is. */
export function refusalOf(
  hostname: string,
  allowed: ReadonlySet<GuardedAddress>,
): string | undefined {
  const address = hostname.replace(/^\[|\]$/g, '')
  const family = isIP(address)
  if (family === 0) return undefined
  const kind = guarded.find((name) => lists[name].check(address, family === 6 ? 'ipv6' : 'ipv4'))
  if (kind === undefined || allowed.has(kind)) return undefined
  return `leads to a ${kind} address: refused unless the destination has \`allow: [${kind}]\``
}

/**
 * Looks a name up and refuses it as a whole if one of its addresses is guarded. It is asked for
 * each connection, so a name that changes its address is judged by where it leads then.
 */
export function createGuardedLookup(allowed: ReadonlySet<GuardedAddress>): LookupFunction {
  return function guardedLookup(hostname, options, callback) {
    systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, '', 0)
        return
      }
      for (const { address } of addresses) {
        const refusal = refusalOf(address, allowed)
        if (refusal === undefined) continue
        callback(new AddressRefused(refusal), '', 0)
        return
      }
      const [first] = addresses
      if (options.all === true) callback(null, addresses)
      else callback(null, first?.address ?? '', first?.family ?? 0)
    })
  }
}
