import { z } from 'zod'
import { runPlan } from '../../../../domain/runs/plan.ts'
import { readUntrusted } from '../../../untrusted.ts'
import { serviceSpec } from '../spec.ts'
import { writeService } from '../write.ts'
import { type OfflineAgent, resultsOf, says, sinceHuman } from './answer.ts'

const task = z.object({ id: z.string(), files: z.array(z.string()) })

/** Writes the files of its task, runs the tests, and says how that went. */
export const offlineDeveloper: OfflineAgent = (messages) => {
  const assignment = messages.findLast((message) => message.getType() === 'human')?.text ?? ''
  const plan = parse(runPlan, readUntrusted('plan', assignment)[0])
  const mine = parse(task, readUntrusted('task', assignment)[0])
  const spec = serviceSpec.safeParse(plan?.spec)
  const done = sinceHuman(messages)
  if (!mine || !spec.success) return says('The offline demo can only write what its own architect planned.')

  if (resultsOf(done, 'write_file').length === 0) {
    const files = writeService(spec.data)
    return {
      text: '',
      calls: mine.files.map((path) => ({ name: 'write_file', args: { path, content: files[path] ?? '' } })),
    }
  }
  const [tests] = resultsOf(done, 'run_tests')
  if (tests === undefined) return { text: '', calls: [{ name: 'run_tests', args: {} }] }
  return says(`${mine.id}: ${tests.split('\n')[0]}`)
}

const parse = <T>(schema: z.ZodType<T>, text: string | undefined): T | undefined => {
  try {
    return schema.safeParse(JSON.parse(text ?? '')).data
  } catch {
    return undefined
  }
}
