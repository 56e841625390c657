import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createAnsibleInventory } from '../../../src/deploy/inventory/ansible.ts'
import { expandHosts } from '../../../src/deploy/inventory/host-range.ts'
import type { ListedServer } from '../../../src/domain/servers/inventory.ts'
import { createScratchFolder } from '../../support/scratch.ts'

const never = new AbortController().signal

const listed = async (name: string, text: string): Promise<ListedServer[]> => {
  await using folder = await createScratchFolder()
  const file = join(folder.path, name)
  await writeFile(file, text)
  const found = await createAnsibleInventory(file).list(never)
  return found.toSorted((a, b) => a.name.localeCompare(b.name))
}

const INI = `# Our machines
lonely.example.org

[web]
web-1 ansible_host=10.0.0.4 ansible_user=deploy ansible_port=2222  # the first
web-2 ansible_host=10.0.0.5
[db]
db-[a:b].example.org ansible_user="db admin"

[production:children]
web
db

[production:vars]
ansible_user=ops
[web:vars]
; nearer than that of production
ansible_user = web
[local]
localhost ansible_connection=local
`

const YAML = `---
all:
  hosts:
    lonely.example.org:
  children:
    production:
      vars: { ansible_user: ops }
      children:
        web:
          vars: { ansible_user: web }
          hosts:
            web-1: { ansible_host: 10.0.0.4, ansible_user: deploy, ansible_port: 2222 }
            web-2: { ansible_host: 10.0.0.5 }
        db:
          hosts:
            db-[a:b].example.org: { ansible_user: db admin }
    local:
      hosts:
        localhost: { ansible_connection: local }
`

const SERVERS: ListedServer[] = [
  {
    externalId: 'db-a.example.org',
    name: 'db-a.example.org',
    address: 'db-a.example.org',
    sshUser: 'db admin',
    facts: { groups: 'db, production' },
  },
  {
    externalId: 'db-b.example.org',
    name: 'db-b.example.org',
    address: 'db-b.example.org',
    sshUser: 'db admin',
    facts: { groups: 'db, production' },
  },
  { externalId: 'lonely.example.org', name: 'lonely.example.org', address: 'lonely.example.org', facts: {} },
  {
    externalId: 'web-1',
    name: 'web-1',
    address: '10.0.0.4',
    sshPort: 2222,
    sshUser: 'deploy',
    facts: { groups: 'production, web' },
  },
  {
    externalId: 'web-2',
    name: 'web-2',
    address: '10.0.0.5',
    sshUser: 'web',
    facts: { groups: 'production, web' },
  },
]

describe('an Ansible inventory', () => {
  test.each([
    ['hosts', INI],
    ['hosts.ini', INI],
    ['hosts', YAML],
    ['hosts.yml', YAML],
    ['hosts.yaml', YAML],
  ])('in the file %s tells the servers with the variables that Ansible gives them', async (name, text) => {
    expect(await listed(name, text)).toEqual(SERVERS)
  })

  test('without a server is an empty list', async () => {
    for (const [name, text] of [
      ['hosts', ''],
      ['hosts.ini', '# nobody\n[web]\n'],
      ['hosts.yml', ''],
      ['hosts.yml', 'all:\n'],
    ] as const)
      expect(await listed(name, text)).toEqual([])
  })

  test('written on another system is read the same', async () => {
    expect(await listed('hosts.ini', INI.replaceAll('\n', '\r\n'))).toEqual(SERVERS)
  })

  test('whose groups hold each other comes to an end', async () => {
    const text = '[a:children]\nb\n[b:children]\na\n[b]\nweb-1 ansible_host=10.0.0.4\n'
    expect(await listed('hosts', text)).toMatchObject([{ name: 'web-1', facts: { groups: 'a, b' } }])
  })

  test.each([
    ['hosts.ini', '[web\nweb-1', 'line 1'],
    ['hosts.ini', 'web-1\nweb-2 ansible_host', 'line 2'],
    ['hosts.ini', 'web-[9:1]', 'stands for no host'],
    ['hosts.ini', 'web-[0:99999999]', 'more than'],
    ['hosts.yml', 'all: [a, b', 'cannot be read'],
    ['hosts.yml', 'all:\n  hosts:\n    - web-1\n', 'all.hosts'],
    ['hosts.yml', 'just a text', 'cannot be read'],
  ])('that cannot be understood says where: %s %j', async (name, text, why) => {
    await expect(listed(name, text)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(why),
    })
  })

  test('that is not there is an error and no empty list', async () => {
    await expect(createAnsibleInventory('/nowhere/hosts').list(never)).rejects.toMatchObject({
      code: 'invalid',
    })
  })
})

test.each([
  ['web', ['web']],
  ['web[1:3]', ['web1', 'web2', 'web3']],
  ['web[08:10].x', ['web08.x', 'web09.x', 'web10.x']],
  ['db-[a:c]', ['db-a', 'db-b', 'db-c']],
  ['n[0:6:3]', ['n0', 'n3', 'n6']],
  ['r[1:2]-s[1:2]', ['r1-s1', 'r1-s2', 'r2-s1', 'r2-s2']],
])('%s stands for %j', (pattern, hosts) => {
  expect(expandHosts(pattern)).toEqual(hosts)
})
