import type { WorkType } from '../../db/shapes/task.ts'
import { answerQuestion } from './answer.ts'
import { deployService } from './deploy-service.ts'
import type { WorkHandler } from './handler.ts'
import { implement } from './implement.ts'
import { planWork } from './plan-work.ts'
import { recoverIncident } from './recover.ts'
import { testProject } from './run-tests.ts'

/** What a worker does for each type of work. */
export const WORK_HANDLERS: Record<WorkType, WorkHandler> = {
  plan_work: planWork,
  implement,
  repair: implement,
  run_tests: testProject,
  deploy_service: deployService,
  recover: recoverIncident,
  answer: answerQuestion,
}
