export { pagePerson } from './page-person.ts'
export { SETTLE_INTERVAL_MS, settlePages } from './settle-pages.ts'
