import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import type { Sql } from 'postgres'

const root = fileURLToPath(new URL('../../', import.meta.url))
const FOLDER = join(root, 'drizzle')
const journal: { entries: { tag: string; when: number }[] } = JSON.parse(
  await readFile(join(FOLDER, 'meta/_journal.json'), 'utf8'),
)

/** Every migration in order, e.g. `0000_initial`. */
export const MIGRATIONS = journal.entries.map(({ tag }) => tag)

/** Brings a database up to a migration and no further, as an installation of that version did. */
export const migrateTo = async (sql: Sql, migration: string): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'prorab-migrations-'))
  try {
    const entries = journal.entries.slice(0, MIGRATIONS.indexOf(migration) + 1)
    await mkdir(join(folder, 'meta'))
    await writeFile(join(folder, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }))
    for (const { tag } of entries) await copyFile(join(FOLDER, `${tag}.sql`), join(folder, `${tag}.sql`))
    await migrate(drizzle(sql), { migrationsFolder: folder })
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Adds what an installation of this version has that those before it had not; nothing where there is nothing new. */
export const populate = async (sql: Sql, migration: string): Promise<void> => {
  const rows = await readFile(join(root, `test/db/fixtures/populated/${migration}.sql`), 'utf8').catch(
    () => '',
  )
  if (rows) await sql.unsafe(rows)
}

/** What docs/migrations.md says to do to go back behind each migration: prose, and the statements in it. */
export const rollbackNotes = async (): Promise<Map<string, { prose: string; statements: string }>> => {
  const page = await readFile(join(root, 'docs/migrations.md'), 'utf8')
  const sections = page.split(/^### /m).slice(1)
  return new Map(
    sections.map((section) => {
      const migration = /^`(\d{4}_\w+)`\n/.exec(section)?.[1] ?? section
      const [text = ''] = section.slice(section.indexOf('\n')).split(/^## /m)
      const statements = [...text.matchAll(/^```sql\n(.*?)^```/gms)].map(([, block]) => block).join('\n')
      return [migration, { prose: text.replace(/^```sql\n.*?^```/gms, '').trim(), statements }]
    }),
  )
}

/** The tables of the schema `public` with their columns, in order. */
export const columnsOf = async (sql: Sql): Promise<Map<string, string[]>> => {
  const rows = await sql<{ table: string; column: string }[]>`
    select table_name as table, column_name as column from information_schema.columns
    where table_schema = 'public' order by table_name, ordinal_position`
  return new Map(
    [...Map.groupBy(rows, ({ table }) => table)].map(([table, columns]) => [
      table,
      columns.map(({ column }) => column),
    ]),
  )
}

/** Every row of every table as text, of these columns only. */
export const contentsOf = async (
  sql: Sql,
  columns: ReadonlyMap<string, string[]>,
): Promise<Record<string, string[]>> => {
  const contents: Record<string, string[]> = {}
  for (const [table, names] of columns) {
    const rows = await sql<{ row: string }[]>`
      select to_jsonb(r)::text as row from (select ${sql(names)} from ${sql(table)}) r order by 1`
    contents[table] = rows.map(({ row }) => row)
  }
  return contents
}

/** Everything the schema `public` is made of, one line each. */
export const schemaOf = async (sql: Sql): Promise<string[]> => {
  const rows = await sql<{ line: string }[]>`
    select format('column %s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) as line
    from information_schema.columns where table_schema = 'public'
    union all select indexdef from pg_indexes where schemaname = 'public'
    union all select format('constraint %s on %s %s', conname, conrelid::regclass, pg_get_constraintdef(oid))
    from pg_constraint where connamespace = 'public'::regnamespace
    union all select format('function %s', pg_get_functiondef(oid)) from pg_proc
    where pronamespace = 'public'::regnamespace
    union all select format('trigger %s', pg_get_triggerdef(oid)) from pg_trigger where not tgisinternal
    order by 1`
  return rows.map(({ line }) => line)
}
