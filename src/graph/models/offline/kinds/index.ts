import type { ServiceKind } from '../spec.ts'
import { guestbook } from './guestbook/index.ts'
import { jsonService } from './json-service/index.ts'
import type { Kind } from './kind.ts'
import { notes } from './notes/index.ts'
import { statusPage } from './status-page/index.ts'
import { todo } from './todo/index.ts'
import { urlShortener } from './url-shortener/index.ts'
import { webhookCatcher } from './webhook-catcher/index.ts'

/** How each kind of service is written. */
export const KINDS: Record<ServiceKind, Kind> = {
  'url-shortener': urlShortener,
  todo,
  notes,
  guestbook,
  'status-page': statusPage,
  'webhook-catcher': webhookCatcher,
  'json-service': jsonService,
}
