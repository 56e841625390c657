import type { ServiceSpec } from '../../spec.ts'
import type { Endpoint, Kind, Variable } from '../kind.ts'
import { code } from './code.ts'

/** `README.md`: what it is, how to run it, its API, settings and data. */
export const readmeSource = (spec: ServiceSpec, kind: Kind, variables: readonly Variable[]): string => {
  const endpoints = kind.endpoints(spec)
  return code`
# ${spec.title}

${kind.about(spec).trim()}

## Run

    npm start     # http://127.0.0.1:3000
    npm test

It needs Node 20 or newer and nothing else.

## Addresses

| | | |
|---|---|---|
| GET | \`/healthz\` | whether it is up, and which version |
${endpoints.map(({ method, path, does }) => `| ${method} | \`${path}\` | ${does.en} |`).join('\n')}

${examples(endpoints)}

Errors of the API are JSON: \`{"error": "what is wrong"}\`, with the status 400, 404, 405, 413 and so on. A body may
have up to 64 KB.

## Settings

| variable | default | meaning |
|---|---|---|
| \`PORT\` | 3000 | where it listens |
| \`HOST\` | 127.0.0.1 | set 0.0.0.0 to be reached from other machines |
| \`DATA_DIR\` | data | where everything is kept |
| \`VERSION\` | dev | shown by the health check |
${variables.map(({ name, meaning }) => `| \`${name}\` | | ${meaning} |`).join('\n')}

## Data

${Object.entries(kind.dataFiles(spec))
  .map(([file, holds]) => `- \`DATA_DIR/${file}\`: ${holds}`)
  .join('\n')}

A change is on disk before it is answered, so a crash loses nothing that was confirmed. Back up by copying the
folder. Run one process per folder.
`
}

const examples = (endpoints: readonly Endpoint[]) =>
  endpoints
    .filter(({ curl }) => curl)
    .map(({ path, curl }) => `    curl ${curl?.replace('URL', `http://127.0.0.1:3000${path}`)}`)
    .join('\n')

/** Arguments of a curl call that sends a JSON value; `URL` becomes the address. */
export const jsonCurl = (method: string, value: unknown): string =>
  `-X ${method} URL -H 'content-type: application/json' -d '${JSON.stringify(value)}'`
