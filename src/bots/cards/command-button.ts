import { commandAction } from '../action-ids.ts'
import type { Button } from '../chat.ts'

/** A button that says a command. None (an empty list) when the command is too long for a button. */
export const commandButton = (label: string, line: string, style?: Button['style']): Button[] => {
  const action = commandAction(line)
  return action ? [{ label, action, ...(style && { style }) }] : []
}
