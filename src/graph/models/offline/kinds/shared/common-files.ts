import { MANIFEST, type ServiceSpec } from '../../spec.ts'
import { featuresOf, file, type GeneratedFile, type Kind, type Variable } from '../kind.ts'
import { htmlSource, styleSource } from './html-source.ts'
import { httpSource } from './http-source.ts'
import { inputSource } from './input-source.ts'
import { OWNER_FILE, ownerSource } from './owner-source.ts'
import { readmeSource } from './readme-source.ts'
import { requestSource, serverSource } from './server-source.ts'
import { configSource, mainSource, serviceSource } from './service-source.ts'
import { storeSource, storeTestSource } from './store-source.ts'
import { hasOwner, helpersSource, ownerKeyTestSource, serverTestSource } from './test-source.ts'

const OWNER_VARIABLE: Variable = {
  name: 'OWNER_KEY',
  option: 'ownerKey',
  example: 'a-long-secret',
  meaning: 'The key of the owner. Made at the first start, in `DATA_DIR/owner-key`, when not set.',
}

/** Every file of the service that is not the kind's own. */
export const commonFiles = (spec: ServiceSpec, kind: Kind): GeneratedFile[] => {
  const has = featuresOf(spec)
  const owner = hasOwner(has)
  const variables = [...kind.variables(spec), ...(owner ? [OWNER_VARIABLE] : [])]
  const { inputs, anyMethod = false, service, tests } = kind.shared(spec)
  return [
    file('foundation', 'package.json', packageJson(spec)),
    file('foundation', '.gitignore', 'node_modules/\ndata/\n.env\n'),
    file('core', 'src/main.js', mainSource),
    file('foundation', 'src/config.js', configSource(variables)),
    file('foundation', 'src/http.js', httpSource),
    file('foundation', 'src/request.js', requestSource),
    file('foundation', 'src/server.js', serverSource({ anyMethod })),
    file('foundation', 'src/store.js', storeSource),
    ...(inputs.length > 0 ? [file('foundation', 'src/input.js', inputSource(inputs))] : []),
    file('core', 'test/helpers.js', helpersSource(owner)),
    file('core', 'test/server.test.js', serverTestSource(spec.name, tests)),
    file('foundation', 'test/store.test.js', storeTestSource),
    file('core', 'src/service.js', serviceSource(spec.name, owner, variables, service)),
    ...(owner ? [file('foundation', OWNER_FILE, ownerSource(service.ownerOnly))] : []),
    ...(has('owner-key') ? [file('checks', 'test/owner-key.test.js', ownerKeyTestSource(tests))] : []),
    file('foundation', 'src/html.js', htmlSource),
    file('foundation', 'src/style.js', styleSource),
    file('docs', 'README.md', readmeSource(spec, kind, variables)),
    file('docs', '.env.example', envExample(variables)),
    file('docs', MANIFEST, `${JSON.stringify(spec, undefined, 2)}\n`),
  ]
}

const packageJson = ({ name, title }: ServiceSpec) =>
  `${JSON.stringify(
    {
      name,
      version: '0.1.0',
      description: title,
      private: true,
      type: 'module',
      engines: { node: '>=20' },
      scripts: { start: 'node src/main.js', test: 'node --test' },
    },
    undefined,
    2,
  )}\n`

const envExample = (variables: readonly Variable[]) =>
  [
    '# Every setting is optional.',
    'PORT=3000',
    'HOST=127.0.0.1',
    'DATA_DIR=data',
    'VERSION=dev',
    ...variables.map(({ name, example }) => `# ${name}=${example}`),
    '',
  ].join('\n')
