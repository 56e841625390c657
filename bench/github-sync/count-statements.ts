import type { Sql, TransactionSql } from 'postgres'

/** Counts what is sent to the database from now on; the beginning and the end of a transaction are one each. */
export const countStatements = (sql: Sql): { take(): number } => {
  let count = 0
  const counting = <T extends { unsafe: Sql['unsafe'] }>(on: T): T => {
    const { unsafe } = on
    on.unsafe = ((...args: Parameters<Sql['unsafe']>) => {
      count++
      return unsafe(...args)
    }) as Sql['unsafe']
    return on
  }
  counting(sql)
  const { begin } = sql
  const counted = (work: (tx: TransactionSql) => unknown) => {
    count += 2
    return begin((tx) => work(counting(tx)))
  }
  sql.begin = counted as Sql['begin']
  return {
    take: () => {
      const taken = count
      count = 0
      return taken
    },
  }
}
