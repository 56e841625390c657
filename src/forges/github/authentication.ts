import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/core'
import { AppError } from '../../errors.ts'
import type { GithubClientOptions } from './client.ts'

type OctokitOptions = NonNullable<ConstructorParameters<typeof Octokit>[0]>

/**
 * Octokit as the token, or as the installation of the GitHub App in the organisation, which is looked for when it is
 * first needed.
 */
export const createAuthentication = ({
  auth,
  org,
  base,
}: Pick<GithubClientOptions, 'auth' | 'org'> & { base: OctokitOptions }): ((
  signal: AbortSignal,
) => Promise<Octokit>) => {
  if ('token' in auth) {
    const octokit = new Octokit({ ...base, auth: auth.token })
    return async () => octokit
  }
  const app = { appId: auth.appId, privateKey: auth.privateKey }
  let installed: Octokit | undefined
  return async (signal) => {
    installed ??= new Octokit({
      ...base,
      authStrategy: createAppAuth,
      auth: { ...app, installationId: await installationOf(app, org, base, signal) },
    })
    return installed
  }
}

/** @throws AppError misconfigured when the app is not installed there. */
const installationOf = async (
  app: { appId: string; privateKey: string },
  org: string,
  base: OctokitOptions,
  signal: AbortSignal,
): Promise<number> => {
  const octokit = new Octokit({ ...base, authStrategy: createAppAuth, auth: app })
  try {
    const { data } = await octokit.request('GET /orgs/{org}/installation', { org, request: { signal } })
    return data.id
  } catch (error) {
    const { status, response } = error as { status?: number; response?: unknown }
    if (response === undefined || (status ?? 500) >= 500)
      throw new AppError('platform_unavailable', 'GitHub cannot be reached', { cause: error })
    throw new AppError(
      'misconfigured',
      status === 404
        ? `the GitHub App ${app.appId} is not installed in ${org}`
        : `GitHub does not accept the app ${app.appId} and its private key`,
      { cause: error },
    )
  }
}
