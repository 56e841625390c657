import type { Words } from '../words.ts'
import { niceTop, SCALE_STEPS } from './chart-scale.ts'
import { slotName } from './chart-text.ts'

export interface ChartData {
  title: string
  subtitle: string
  slots: { at: Date; cost: number }[]
  unit: 'hour' | 'day'
}

const WIDTH = 800
const HEIGHT = 400
const PLOT = { left: 76, right: 28, top: 100, bottom: 58 }
const BAR_WIDTH_MAX = 44
const BAR_SHARE = 0.7
const X_LABELS_MAX = 8

const INK = '#1b2430'
const MUTED = '#6a7482'
const LINE = '#e6e9ee'
const BAR = '#7aa7f0'
const PEAK = '#2f6fde'

/** A bar chart as SVG, for the renderer in present/costs-png.ts and its typeface. */
export const chartPicture = (words: Words, { title, subtitle, slots, unit }: ChartData): string => {
  const width = WIDTH - PLOT.left - PLOT.right
  const height = HEIGHT - PLOT.top - PLOT.bottom
  const base = PLOT.top + height
  const peak = Math.max(...slots.map(({ cost }) => cost))
  const top = niceTop(peak)
  const slotWidth = width / slots.length
  const barWidth = Math.min(BAR_WIDTH_MAX, slotWidth * BAR_SHARE)
  const middleOf = (index: number) => PLOT.left + slotWidth * (index + 0.5)

  const scale = Array.from({ length: SCALE_STEPS + 1 }, (_, step) => {
    const y = base - (height * step) / SCALE_STEPS
    const label = words.money((top * step) / SCALE_STEPS)
    return [
      `<line x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${y}" y2="${y}" stroke="${step === 0 ? MUTED : LINE}"/>`,
      text(PLOT.left - 12, y + 5, label, { anchor: 'end', fill: MUTED }),
    ]
  })
  const highest = slots.findIndex(({ cost }) => cost === peak)
  const bars = slots.map(({ cost }, index) =>
    cost > 0
      ? bar(middleOf(index), base, barWidth, (cost / top) * height, index === highest ? PEAK : BAR)
      : '',
  )
  const every = Math.ceil(slots.length / X_LABELS_MAX)
  // The newest day has its name, and so has midnight.
  const first = unit === 'hour' ? 0 : (slots.length - 1) % every
  const names = slots.map(({ at }, index) =>
    index % every === first
      ? text(middleOf(index), base + 22, slotName(words, at, unit), { anchor: 'middle', fill: MUTED })
      : '',
  )
  const peakLabel = text(
    Math.min(Math.max(middleOf(highest), PLOT.left + 24), WIDTH - PLOT.right - 24),
    base - (peak / top) * height - 9,
    words.money(peak),
    { anchor: 'middle', weight: 600 },
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="Inter" font-size="13">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    text(28, 44, title, { size: 21, weight: 600 }),
    text(28, 69, subtitle, { size: 14, fill: MUTED }),
    ...scale.flat(),
    ...bars,
    ...(peak > 0 ? [peakLabel] : []),
    ...names,
    text(WIDTH - PLOT.right, HEIGHT - 12, words.t(unit === 'hour' ? 'chart-hours' : 'chart-days'), {
      anchor: 'end',
      size: 11,
      fill: MUTED,
    }),
    '</svg>',
  ].join('\n')
}

/** Round above, straight on the ground. */
const bar = (middle: number, base: number, width: number, wanted: number, fill: string): string => {
  const height = Math.max(wanted, 1.5)
  const radius = Math.min(4, width / 2, height)
  const left = middle - width / 2
  return `<path d="M${left} ${base}v${-(height - radius)}q0 ${-radius} ${radius} ${-radius}h${width - 2 * radius}q${radius} 0 ${radius} ${radius}v${height - radius}z" fill="${fill}"/>`
}

const text = (
  x: number,
  y: number,
  content: string,
  {
    anchor = 'start',
    fill = INK,
    size,
    weight,
  }: { anchor?: 'start' | 'middle' | 'end'; fill?: string; size?: number; weight?: number } = {},
): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${fill}"${size ? ` font-size="${size}"` : ''}${weight ? ` font-weight="${weight}"` : ''}>${escaped(content)}</text>`

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const escaped = (content: string): string => content.replace(/[&<>"]/g, (one) => ESCAPES[one] ?? '')
