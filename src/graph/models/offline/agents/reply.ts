import { FEATURE_INFO } from '../features.ts'
import { KIND_INFO } from '../kinds-info.ts'
import type { Mention } from '../mentions.ts'
import type { Language, Text } from '../spec.ts'
import type { Understanding } from '../understand.ts'
import { calls, type OfflineAnswer, says } from './answer.ts'
import type { BriefedProject } from './product-owner.ts'
import { WORDS } from './words.ts'

/** What to do about a message that was understood: a tool call with a sentence before it, or just a sentence. */
export const reply = (understood: Understanding, text: string, projects: BriefedProject[]): OfflineAnswer => {
  const { language } = understood
  switch (understood.intent) {
    case 'new':
      return understood.questions.length > 0 ? ask(understood) : create(understood, text)
    case 'update':
      return update(understood, text, projects)
    case 'deploy':
    case 'fix': {
      const { intent } = understood
      return about(understood, projects, language, (project) =>
        start(
          intent,
          project,
          text,
          language,
          WORDS[intent === 'fix' ? 'repairing' : 'deploying'](project.name),
        ),
      )
    }
    case 'maintenance': {
      const { on } = understood
      return about(understood, projects, language, ({ name, mayChange }) =>
        mayChange === false
          ? says(WORDS.notYours(name)[language])
          : calls('set_project_maintenance', { project: name, on }),
      )
    }
    case 'status':
      return understood.all || understood.unknown
        ? unknownOr(understood, language, calls('list_projects', {}))
        : about(understood, projects, language, ({ name }) => calls('get_project_status', { project: name }))
    case 'smalltalk': {
      const busy = projects.find(({ working }) => working)
      if (busy && HOW_IS_IT.test(text)) return calls('get_project_status', { project: busy.name })
      return says(WORDS[understood.tone][language])
    }
    case 'help':
      return says(WORDS.help[language])
    case 'unclear':
      return says(WORDS[understood.reason][language])
    default:
      return understood satisfies never
  }
}

/** While something is being built, this asks about that. */
const HOW_IS_IT = /how's it going|what's up|как (?:у тебя |там )?дела/iu

const ask = ({ questions, language }: Extract<Understanding, { intent: 'new' }>): OfflineAnswer =>
  calls('ask_questions', {
    intro: WORDS.questions[language],
    questions: questions.map((one) => ({
      question: one.text[language],
      suggestion: one.suggestion[language],
    })),
  })

const create = (
  { spec, problem, language }: Extract<Understanding, { intent: 'new' }>,
  text: string,
): OfflineAnswer => {
  const features = spec.features.map((feature) => FEATURE_INFO[feature].label[language]).join(', ')
  const kind = KIND_INFO[spec.kind].title[language]
  const what = spec.resource
    ? WORDS.keeping(kind, spec.title, spec.resource.fields.map(({ name }) => name).join(', '))[language]
    : kind
  const understood = WORDS.understood(what, spec.name, features)[language]
  return calls(
    'create_project_intent',
    { intent: 'new_project', project: spec.name, title: spec.title, request: text },
    [problem?.[language], understood, WORDS.planFollows[language]].filter(Boolean).join('\n\n'),
  )
}

const update = (
  understood: Extract<Understanding, { intent: 'update' }>,
  text: string,
  projects: BriefedProject[],
): OfflineAnswer => {
  const { language, unknownChange } = understood
  return about(understood, projects, language, (project) => {
    if (unknownChange && project.kind) {
      const possible = KIND_INFO[project.kind].features.map(
        (feature) => FEATURE_INFO[feature].label[language],
      )
      return says(WORDS.unknownChange(project.name, possible.join(', '))[language])
    }
    if (project.waitsForApproval)
      return calls('revise_plan', { project: project.name, change: text }, WORDS.planChanges[language])
    if (project.working) return says(WORDS.busy(project.name)[language])
    return start('update_project', project, text, language, WORDS.changing(project.name, runs(project)))
  })
}

const start = (
  intent: 'update_project' | 'deploy' | 'fix',
  { name, title, mayChange }: BriefedProject,
  request: string,
  language: Language,
  text: Text,
): OfflineAnswer =>
  // The tool would refuse it; no plan is promised before.
  mayChange === false
    ? says(WORDS.notYours(name)[language])
    : calls(
        'create_project_intent',
        { intent, project: name, title, request },
        `${text[language]} ${WORDS.planFollows[language]}`,
      )

const runs = ({ status }: BriefedProject): boolean => status === 'active' || status === 'maintenance'

/** For messages about one project: does it when it is plain which one, and asks otherwise. */
const about = (
  mention: Mention,
  projects: BriefedProject[],
  language: Language,
  work: (project: BriefedProject) => OfflineAnswer,
): OfflineAnswer => {
  const project = projects.find(({ name }) => name === mention.project)
  if (project) return work(project)
  if (mention.candidates.length > 0) return says(WORDS.whichProject(mention.candidates.join(', '))[language])
  return unknownOr(mention, language, says(WORDS.noProjects[language]))
}

const unknownOr = ({ unknown }: Mention, language: Language, otherwise: OfflineAnswer): OfflineAnswer =>
  unknown === undefined ? otherwise : says(WORDS.unknownProject(unknown)[language])
