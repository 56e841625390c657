import { describe, expect, it } from 'vitest'
import { startTestApp } from '../support/app.ts'
import { type Shown, sees } from './seats/seat.ts'
import { openWorld, type Surface } from './world.ts'

/** The answer to what was just asked: only answers tell who gave them, and by which task. */
const isAnswer = ({ text }: Shown) =>
  /\/(?:prorab )?why \d+/.test(text) && /worker build-\d\.research/.test(text)

describe.each<Surface>(['telegram', 'slack by socket', 'console'])(
  'somebody who asks agents in %s',
  (surface) => {
    it('sees who answers, why they and on which worker; a drained worker gets nothing new', async () => {
      await using world = await openWorld(surface, { env: { PRORAB_WORKER_NAME: 'build-1' } })
      await using _other = await startTestApp({
        beside: world.test,
        env: { PRORAB_ROLES: 'workers', PRORAB_WORKER_NAME: 'build-2' },
      })
      const { ann, t } = world

      ann.says('create a guestbook')
      const plan = await sees(ann, t('approval-title-plan', { project: 'guestbook' }))

      ann.command('/ask what does guestbook do?')
      const chosen = await sees(ann, isAnswer, { after: plan })
      expect(chosen.text).toContain(
        'Ask · chosen by Orchestrator: a question about how it works · research worker',
      )
      expect(chosen.text).toContain('a page that visitors sign')

      ann.says('@Architect why is it planned so?')
      const asked = await sees(ann, isAnswer, { after: chosen })
      expect(asked.text).toContain(`Architect · ${t('answer-asked')} · research worker`)
      expect(asked.text).toContain('The plan: ')

      ann.command('/ask Architekt: why?')
      await sees(ann, 'Architect, Ask, CodeAssistant, Debug', { after: asked })
      ann.says('@nobody hello')
      await sees(ann, 'I did not understand that', { after: asked })

      ann.command('/why')
      const why = await sees(ann, t('why-legend').split(':')[0] ?? '', { after: asked })
      expect(why.text).toContain('build-1.research')
      expect(why.text).toContain('build-2.research')
      ann.command('/decisions answer')
      const decisions = await sees(ann, t('decisions-title-of', { filter: 'answer' }), { after: why })
      expect(decisions.text).toMatch(/Architect.*research.*succeeded[\s\S]*Ask.*research.*succeeded/)

      ann.command('/workers')
      const workers = await sees(ann, t('workers-title'), { after: decisions })
      for (const name of ['build-1.code', 'build-1.research', 'build-2.research'])
        expect(workers.text).toContain(name)

      ann.command('/worker build-1.research')
      await sees(ann, t('field-heartbeat'), { after: workers })
      await ann.presses(t('button-drain'))
      const drained = await sees(ann, 'build-1.research gets nothing new', { after: workers })
      ann.command('/ask Debug: what failed?')
      const elsewhere = await sees(ann, isAnswer, { after: drained })
      expect(elsewhere.text).toContain('worker build-2.research')

      ann.command('/worker drain build-2.research')
      const nobody = await sees(ann, 'It was the last worker of the type research', { after: elsewhere })
      ann.command('/ask Debug: and now?')
      await sees(ann, t('error-no-worker').split('.')[0] ?? '', { after: nobody })

      ann.command('/worker resume build-1.research')
      const resumed = await sees(ann, t('worker-resumed', { name: 'build-1.research' }), { after: nobody })
      ann.command('/ask Debug: and now?')
      const back = await sees(ann, isAnswer, { after: resumed })
      expect(back.text).toContain('worker build-1.research')
    })
  },
)
