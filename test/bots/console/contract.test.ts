import { describeAdapterContract } from '../../contract/adapter.ts'
import { createConsoleWorld } from './world.ts'

describeAdapterContract('console', createConsoleWorld)
