import type { Sql } from 'postgres'
import { holdPort } from '../hold-port.ts'

/** Where services of the program listen, from the first one on. */
const SERVICE_PORTS = { first: 8001, last: 8999 }
/** Whoever tries it out on this machine has those before. */
const FIRST_PORT = 8101
const PORTS_PER_SLOT = 20

export interface PortSlot extends AsyncDisposable {
  /** Rows of projects that are long gone take all ports before these in a database of the program. */
  leaveOnly(sql: Sql): Promise<true>
}

/**
 * Ports for the services of one program, and of no other while this one holds them: several programs run side by
 * side, of this run of the tests and of others, and none knows of the ports of the rest. Whoever listens on the port
 * before the first holds them.
 */
export const claimPortSlot = async (): Promise<PortSlot> => {
  for (let port = FIRST_PORT; port + PORTS_PER_SLOT <= SERVICE_PORTS.last; port += PORTS_PER_SLOT) {
    const release = await holdPort(port)
    if (release) return { leaveOnly: (sql) => takeUpTo(port, sql), [Symbol.asyncDispose]: release }
  }
  throw new Error(
    `somebody listens on every ${PORTS_PER_SLOT}th port from ${FIRST_PORT} to ${SERVICE_PORTS.last}`,
  )
}

const takeUpTo = async (port: number, sql: Sql): Promise<true> => {
  const { first } = SERVICE_PORTS
  const count = port - first + 1
  await sql.begin(async (tx) => {
    await tx`insert into projects (id, name, title, status)
      select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'gone-' || n, 'Gone', 'archived'
      from generate_series(1, ${count}::int) n on conflict do nothing`
    await tx`insert into ports (port, project_id)
      select ${first}::int - 1 + n, ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid
      from generate_series(1, ${count}::int) n on conflict do nothing`
  })
  return true
}
