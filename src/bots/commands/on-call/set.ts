import { setRotation } from '../../../domain/oncall/rotations.ts'
import { requirePermission } from '../../../domain/users/permissions.ts'
import { view } from '../answers.ts'
import { namedPerson } from '../named-person.ts'
import { parseRotation } from './parse-rotation.ts'
import { projectArgs, scoped, wallClock } from './scope.ts'
import { notUnderstood, type OnCallWord } from './word.ts'

export const setWord: OnCallWord = {
  names: ['set'],
  example: '/oncall set weekly on monday at 09:00 Europe/Berlin: anna, boris',
  run: async (context, args) => {
    const { tx, person, row, now } = context
    requirePermission(person, 'oncall.manage')
    const { text, project } = await scoped(tx, args)
    const parsed = parseRotation(text, await wallClock(context, project))
    if ('wrong' in parsed) throw notUnderstood(setWord, parsed.wrong)
    const { names, ...rules } = parsed.said
    const members: string[] = []
    for (const name of names) members.push((await namedPerson(tx, name, person)).id)
    await setRotation(
      tx,
      { ...rules, members, projectId: project?.id, now },
      { person, surface: row.platform },
    )
    return view('on-call', { ...projectArgs(project), said: 'set' })
  },
}
