import { incidentsOn } from './incidents.ts'

incidentsOn('telegram', 'ru')
