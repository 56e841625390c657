import { addOverride } from '../../../domain/oncall/overrides.ts'
import { view } from '../answers.ts'
import { namedSpan } from './named-span.ts'
import { projectArgs } from './scope.ts'
import type { OnCallWord } from './word.ts'

export const overrideWord: OnCallWord = {
  names: ['override', 'replace'],
  example: '/oncall override anna from today 18:00 to tomorrow 09:00',
  run: async (context, args) => {
    const { tx, person, row, now, deps, afterCommit } = context
    const { who, span, project } = await namedSpan(context, overrideWord, args)
    const { wake } = await addOverride(
      tx,
      { ...span, projectId: project?.id, userId: who.id, now, originKey: row.id },
      { person, surface: row.platform },
    )
    for (const id of wake) afterCommit(() => deps.wake.deliver(id))
    return view('on-call', { ...projectArgs(project), said: 'override' })
  },
}
