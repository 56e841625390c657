import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import type { Inventory } from '../../domain/servers/inventory.ts'
import { AppError, errorText } from '../../errors.ts'
import { serversOf } from './host-vars.ts'
import { parseIni } from './ini.ts'
import { parseYaml } from './yaml.ts'

const FILE_MAX_BYTES = 4 * 1024 * 1024
const YAML_ENDINGS = ['.yml', '.yaml']

/** The servers of an Ansible inventory file, in INI or YAML; read anew every time. */
export const createAnsibleInventory = (file: string): Inventory => ({
  source: 'inventory',
  list: async () => {
    try {
      if ((await stat(file)).size > FILE_MAX_BYTES) throw new Error('it is larger than 4 MB')
      const text = await readFile(file, 'utf8')
      return serversOf(isYaml(file, text) ? parseYaml(text) : parseIni(text))
    } catch (error) {
      throw new AppError('invalid', `the inventory ${file} cannot be read: ${errorText(error)}`, {
        cause: error,
      })
    }
  },
})

/** Ansible's own inventories often have no ending: then the first line that says something tells. */
const isYaml = (file: string, text: string): boolean => {
  const ending = extname(file).toLowerCase()
  if (YAML_ENDINGS.includes(ending)) return true
  if (ending === '.ini') return false
  return /^(?:\s*(?:#.*)?\r?\n)*\s*(?:---|[\w.-]+:\s*(?:#.*)?(?:\r?\n|$))/.test(text)
}
