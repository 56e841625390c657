import ipaddr from 'ipaddr.js'

/**
 * Whether an address is one of the open internet: not of this machine, of a private network, of the link (where
 * clouds keep their metadata), nor one that only stands for such an address.
 */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false
  return ipaddr.process(address).range() === 'unicast'
}
