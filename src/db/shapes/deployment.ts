/** planned → deploying → healthy | failed | rolled_back; healthy → stopped. */
export type DeploymentState = 'planned' | 'deploying' | 'healthy' | 'failed' | 'rolled_back' | 'stopped'
