import { incidentsOn } from './incidents.ts'

incidentsOn('slack by socket', 'en')
