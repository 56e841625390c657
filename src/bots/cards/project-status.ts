import type { ProjectStatus } from '../../db/shapes/project.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'

export const statusName = ({ t }: Words, status: ProjectStatus): string => t(`project-status-${status}`)

export const statusTone = (status: ProjectStatus): Card['tone'] => {
  switch (status) {
    case 'active':
      return 'success'
    case 'missing':
      return 'danger'
    case 'draft':
    case 'estimated':
    case 'discovered':
    case 'archived':
      return 'neutral'
    case 'provisioning':
    case 'initialized':
    case 'designing':
    case 'designed':
    case 'implementing':
    case 'implemented':
    case 'verifying':
    case 'verified':
    case 'deploying':
    case 'maintenance':
      return 'progress'
    default:
      return status satisfies never
  }
}
