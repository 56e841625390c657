/** What describes an agent that is to be made; `project` null for one that works for everybody. */
export const newAgentText = ({
  name = 'Reviewer',
  project,
}: {
  name?: string
  project?: string
} = {}): string =>
  JSON.stringify(
    {
      name,
      project: project ?? null,
      model: '',
      temperature: 0.2,
      system_prompt: 'You review changes and name what could break.',
      tools: [],
      concurrency_limit: 3,
      max_tokens: 8_000,
      metadata: {
        role: 'custom',
        capabilities: ['review'],
        risk_level: 'LOW',
        cost_per_call: 0,
        estimated_duration: 60,
      },
    },
    undefined,
    2,
  )
