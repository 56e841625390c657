import { incidentsOn } from './incidents.ts'

incidentsOn('console', 'en')
