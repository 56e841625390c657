import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { fenced } from './fenced.ts'
import { noticeMarkdown } from './notice.ts'
import { oneLine, plain } from './plain.ts'
import { type RunCardData, runProgressCard } from './run-progress.ts'

/** How a run ended, with what to do next. A run that is not over shows how far it is. */
export const runResultCard = (words: Words, data: RunCardData): Card => {
  const { run } = data
  switch (run.status) {
    case 'succeeded':
      return succeeded(words, data)
    case 'failed':
      return failed(words, data)
    case 'rejected':
    case 'stopped':
      return given(words, data, run.status)
    case 'queued':
    case 'running':
    case 'waiting':
      return runProgressCard(words, data)
    default:
      return run.status satisfies never
  }
}

const succeeded = ({ t, count }: Words, { run, project }: RunCardData): Card => {
  const { url, version, commits, testsPassed } = run.result ?? {}
  const name = oneLine(project.name)
  const fields: NonNullable<Card['fields']> = []
  if (version) fields.push({ label: t('field-version'), value: oneLine(version) })
  if (commits !== undefined) fields.push({ label: t('field-commits'), value: count(commits) })
  if (testsPassed !== undefined)
    fields.push({ label: t('field-tests'), value: t('tests-passed', { count: testsPassed }) })
  return {
    title: t('result-active', { project: name }),
    tone: 'success',
    body: [url && oneLine(url), t('result-active-body', { project: plain(name) })]
      .filter(Boolean)
      .join('\n\n'),
    fields,
    buttons: [
      [
        ...commandButton(t('button-details'), `/project ${name}`),
        ...commandButton(t('button-logs'), `/logs ${name}`),
      ],
    ].filter((row) => row.length > 0),
  }
}

/** Money, and who may give it, ended the run: nothing is wrong with the work. */
const OUT_OF_BUDGET = ['run-budget-stopped', 'run-budget-unanswered']

const failed = (words: Words, { run, project }: RunCardData): Card => {
  const { t } = words
  const { failure } = run
  if (failure && OUT_OF_BUDGET.includes(failure.key))
    return {
      title: t('result-stopped', { project: oneLine(project.name) }),
      tone: 'neutral',
      body: [
        noticeMarkdown(words, { key: failure.key, args: failure.args }),
        failure.oldVersionRuns && t('result-old-version'),
        failure.branch && t('result-branch', { branch: failure.branch }),
      ]
        .filter(Boolean)
        .join('\n\n'),
    }
  return {
    title: t('result-failed', { project: oneLine(project.name) }),
    tone: 'danger',
    body: [
      failure ? noticeMarkdown(words, failure) : t('error-internal'),
      failure?.oldVersionRuns && t('result-old-version'),
      t('result-failed-next'),
      failure?.branch && t('result-branch', { branch: failure.branch }),
      failure?.diff && `${t('result-diff')}\n\n${fenced(failure.diff, 'diff')}`,
    ]
      .filter(Boolean)
      .join('\n\n'),
    footer: failure ? t('reference', { reference: failure.reference }) : undefined,
  }
}

const given = (
  { t }: Words,
  { run, project, stoppedBy }: RunCardData,
  how: 'rejected' | 'stopped',
): Card => ({
  title: t(givenTitle(how, run.result?.expired === true), { project: oneLine(project.name) }),
  tone: 'neutral',
  body: [
    how === 'stopped' && stoppedBy && t('result-stopped-by', { who: plain(stoppedBy) }),
    t(run.kind === 'new_project' ? 'result-nothing-built' : 'result-nothing-changed'),
  ]
    .filter(Boolean)
    .join('\n\n'),
})

const givenTitle = (how: 'rejected' | 'stopped', expired: boolean): string => {
  if (how === 'stopped') return 'result-stopped'
  return expired ? 'result-expired' : 'result-rejected'
}
