import { BlockList, isIPv6 } from 'node:net'

/** IPv4 networks that no check may look into, and what lives there. */
const FORBIDDEN_V4 = [
  ['169.254.0.0', 16, 'a link-local address, where cloud metadata lives'],
  ['100.100.100.200', 32, 'the metadata address of a cloud'],
  ['168.63.129.16', 32, 'the metadata address of a cloud'],
  ['192.0.0.192', 32, 'the metadata address of a cloud'],
  ['224.0.0.0', 4, 'a multicast address'],
  ['240.0.0.0', 4, 'a reserved address'],
] as const

const FORBIDDEN_V6 = [
  ['fe80::', 10, 'a link-local address, where cloud metadata lives'],
  ['fd00:ec2::', 32, 'the metadata address of a cloud'],
  ['ff00::', 8, 'a multicast address'],
] as const

const THIS_MACHINE_V4 = [
  ['127.0.0.0', 8],
  ['0.0.0.0', 8],
] as const
const THIS_MACHINE_V6 = [['::', 127]] as const

/** IPv6 networks whose addresses hold an IPv4 address behind so many bits: NAT64 and 6to4. */
const embedded = (address: string, bits: number): [network: string, bits: number][] => {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
  const [high, low] = [(a << 8) | b, (c << 8) | d].map((word) => word.toString(16))
  return [
    [`64:ff9b::${high}:${low}`, 96 + bits],
    [`2002:${high}:${low}::`, 16 + bits],
  ]
}

const listOf = (
  v4: readonly (readonly [string, number, ...unknown[]])[],
  v6: readonly (readonly [string, number, ...unknown[]])[],
): BlockList => {
  const list = new BlockList()
  for (const [network, bits] of v4) {
    list.addSubnet(network, bits, 'ipv4')
    for (const [holder, holderBits] of embedded(network, bits)) list.addSubnet(holder, holderBits, 'ipv6')
  }
  for (const [network, bits] of v6) list.addSubnet(network, bits, 'ipv6')
  return list
}

const FORBIDDEN = [
  ...FORBIDDEN_V4.map((one) => ({ list: listOf([one], []), what: one[2] })),
  ...FORBIDDEN_V6.map((one) => ({ list: listOf([], [one]), what: one[2] })),
]
const THIS_MACHINE = listOf(THIS_MACHINE_V4, THIS_MACHINE_V6)

const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4')

/** What lives at an address that nobody may look at; IPv4 within IPv6 counts as what it is. */
export const forbiddenBecause = (address: string): string | undefined =>
  FORBIDDEN.find(({ list }) => list.check(address, familyOf(address)))?.what

/** Loopback, and the addresses that stand for "here". */
export const isLoopback = (address: string): boolean => THIS_MACHINE.check(address, familyOf(address))
