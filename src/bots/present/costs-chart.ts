import { chartPicture } from '../cards/chart-picture.ts'
import { chartOfLetters, slotName } from '../cards/chart-text.ts'
import { type CostsCardData, costsTitle } from '../cards/costs.ts'
import type { OutgoingFile } from '../chat.ts'
import { pngOf } from './costs-png.ts'
import type { Drawing } from './index.ts'

type Slots = { at: Date; cost: number }[]

/** The costs over time: a picture, or letters where there is only a terminal. Nothing where nothing was spent. */
export const costsChart = async (
  { words, platform }: Pick<Drawing, 'words' | 'platform'>,
  data: Pick<CostsCardData, 'subject' | 'period' | 'total'>,
  slots: Slots,
): Promise<{ letters?: string; file?: OutgoingFile }> => {
  const { unit } = data.period
  const highest = slots.reduce((a, b) => (b.cost > a.cost ? b : a), { at: data.period.from, cost: 0 })
  if (highest.cost === 0) return {}
  if (platform === 'console') return { letters: chartOfLetters(words, { slots, unit }) }

  const title = costsTitle(words, data)
  const sums = { total: words.money(data.total.cost), average: words.money(data.total.cost / slots.length) }
  const subtitle = words.t(unit === 'hour' ? 'chart-sums-hours' : 'chart-sums-days', sums)
  const svg = chartPicture(words, { title, subtitle, slots, unit })
  const caption = words.t('chart-caption', {
    title,
    total: sums.total,
    when: slotName(words, highest.at, unit),
    most: words.money(highest.cost),
  })
  return { file: { name: 'costs.png', mediaType: 'image/png', data: await pngOf(svg), caption } }
}
