import { parentPort, workerData } from 'node:worker_threads'
import { eventsOf, type ReadWindow } from './calendar-events.ts'

const { text, window } = workerData as { text: string; window: ReadWindow }

parentPort?.postMessage(eventsOf(text, window))
