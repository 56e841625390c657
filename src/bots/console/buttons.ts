import type { Button, Card } from '../chat.ts'

/** A card that appears less than this before a person begins to type was not what they looked at. */
const REACTION_MS = 500

export interface OpenButtons {
  /** A card was shown, or is shown anew without having moved. One without buttons is no longer open. */
  shown(ref: string, card: Card | undefined, now: Date): void
  /** The card whose buttons have the numbers: the one that came last of those that still have buttons. */
  numbered(): string | undefined
  /** What the numbers mean now; two answers are equal when a number presses the same button. */
  meaning(): string
  /** What a person who begins to type now believes the numbers to mean. */
  seen(now: Date): string
  button(number: number): { ref: string; button: Button } | undefined
}

interface OpenCard {
  ref: string
  buttons: Button[]
}

/** Which number presses what. Numbers always start at 1 on the newest open card, and no other card has any. */
export const createOpenButtons = (): OpenButtons => {
  const open = new Map<string, OpenCard>()
  let before = ''
  let changedAt = 0
  const newest = () => [...open.values()].at(-1)
  const meaning = () => {
    const card = newest()
    return card ? JSON.stringify([card.ref, card.buttons.map(({ action }) => action)]) : ''
  }

  return {
    shown: (ref, card, now) => {
      const previous = meaning()
      const buttons = card?.buttons?.flat() ?? []
      if (buttons.length > 0) open.set(ref, { ref, buttons })
      else open.delete(ref)
      if (meaning() === previous) return
      before = previous
      changedAt = now.getTime()
    },
    numbered: () => newest()?.ref,
    meaning,
    // Without an older card there is nothing that the numbers could have been meant for instead.
    seen: (now) => (before !== '' && now.getTime() - changedAt < REACTION_MS ? before : meaning()),
    button: (number) => {
      const card = newest()
      const button = card?.buttons[number - 1]
      return card && button && { ref: card.ref, button }
    },
  }
}
