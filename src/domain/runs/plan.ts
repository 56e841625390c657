import { z } from 'zod'
import type { RunPlan } from '../../db/shapes/run.ts'

/** A plan as the architect must hand it in, and as it is kept. Bounds keep a card readable. */
export const runPlan = z.strictObject({
  summary: z.string().min(1).max(2_000),
  tasks: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(40),
        title: z.string().min(1).max(200),
        files: z.array(z.string().min(1).max(200)).max(50),
        commit: z.string().min(1).max(100).optional(),
      }),
    )
    .max(24),
  endpoints: z.array(z.string().max(200)).max(40),
  estimatedCost: z.number().min(0),
  target: z.string().max(200),
  notes: z.array(z.string().max(500)).max(10),
  spec: z.record(z.string(), z.unknown()).optional(),
}) satisfies z.ZodType<RunPlan>
