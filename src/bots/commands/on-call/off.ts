import { removeRotation } from '../../../domain/oncall/rotations.ts'
import { requirePermission } from '../../../domain/users/permissions.ts'
import { notice, view } from '../answers.ts'
import { namedProject } from '../named-project.ts'
import { projectArgs, scoped } from './scope.ts'
import type { OnCallWord } from './word.ts'

/** Asks first: the button says it again, with `yes`. */
export const offWord: OnCallWord = {
  names: ['off', 'remove'],
  example: '/oncall off url-shortener',
  run: async ({ tx, person, row }, args) => {
    requirePermission(person, 'oncall.manage')
    const [, words = '', yes] = /^(.*?)\s*\b(yes)?$/is.exec(args.trim()) ?? []
    const { text, project: named } = await scoped(tx, words)
    const project = named ?? (text === '' ? undefined : await namedProject(tx, text))
    if (!yes) return view('on-call', { ...projectArgs(project), said: 'off' })
    const removed = await removeRotation(tx, { projectId: project?.id }, { person, surface: row.platform })
    if (!removed) return notice('on-call-no-rotation')
    return notice(project ? 'on-call-removed-project' : 'on-call-removed', projectArgs(project))
  },
}
