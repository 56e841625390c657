import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'

export const WEBHOOK_SECRET = 'a-webhook-secret-0123456789'

/** An HTTP server as prorab's own: its address must be known before the adapter whose routes it serves. */
export const webhookDoor = async () => {
  const app = new Hono()
  let routes: Hono | undefined
  app.all('*', (c) => routes?.fetch(c.req.raw) ?? c.notFound())
  const server = createAdaptorServer({ fetch: app.fetch })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/telegram/webhook`,
    open: (opened: Hono | undefined) => {
      routes = opened
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}
