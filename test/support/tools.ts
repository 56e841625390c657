/** Programs that some tests need and not every machine has, and how to get each. */
export const HOW_TO_INCLUDE = {
  'redis-server': 'apt-get install redis-server, or set PRORAB_TEST_REDIS_URL',
  bwrap: 'apt-get install bubblewrap',
  sshd: 'apt-get install openssh-server',
  openssl: 'apt-get install openssl',
} as const

export type Tool = keyof typeof HOW_TO_INCLUDE
