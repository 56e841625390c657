import type { Surface } from './surface.ts'

export interface HeldSurface extends Surface {
  /** From now on nothing is shown: somebody else has the screen. */
  hold(): void
  /** Shows what was to be shown meanwhile, in order, and goes on. */
  release(): void
}

/** A surface that can wait. */
export const createHeldSurface = (surface: Surface): HeldSurface => {
  let waiting: (() => void)[] | undefined
  const soon = (show: () => void) => {
    if (waiting) waiting.push(show)
    else show()
  }
  return {
    print: (...args) => soon(() => surface.print(...args)),
    redraw: (...args) => soon(() => surface.redraw(...args)),
    remove: (...args) => soon(() => surface.remove(...args)),
    note: (...args) => soon(() => surface.note(...args)),
    busy: (...args) => soon(() => surface.busy(...args)),
    flush: () => soon(() => surface.flush()),
    hold: () => {
      waiting ??= []
    },
    release: () => {
      const shows = waiting ?? []
      waiting = undefined
      for (const show of shows) show()
    },
  }
}
