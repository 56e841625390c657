import type { ChatAdapter, Platform } from '../bots/chat.ts'
import type { Database } from '../db/client.ts'
import { listAdminAccounts } from '../domain/users/admin-accounts.ts'
import { errorText } from '../errors.ts'
import type { Log } from '../log.ts'

/** Shows admins their further commands where a platform has menus per person; again when their language changes. */
export const createAdminMenus = (db: Database, adapters: ReadonlyMap<Platform, ChatAdapter>, log: Log) => {
  const shown = new Map<string, string>()
  return async (): Promise<void> => {
    for (const adapter of adapters.values()) {
      if (!adapter.setAdminMenu) continue
      for (const { platformUserId, lang } of await listAdminAccounts(db, adapter.platform)) {
        const account = `${adapter.platform}:${platformUserId}`
        if (shown.get(account) === lang) continue
        await adapter
          .setAdminMenu(platformUserId, lang)
          .then(() => shown.set(account, lang))
          .catch((error) => log.info({ account, err: errorText(error) }, 'admin_menu.failed'))
      }
    }
  }
}
