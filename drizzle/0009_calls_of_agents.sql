ALTER TABLE "model_calls" ADD COLUMN "agent_id" uuid;--> statement-breakpoint
CREATE INDEX "model_calls_agent" ON "model_calls" USING btree ("agent_id","at");--> statement-breakpoint
-- Calls were told apart by name: those in a project that has an agent of that name were its, the others the system's.
UPDATE "model_calls" SET "agent_id" = (
	SELECT "agents"."id" FROM "agents"
	WHERE "agents"."name" = "model_calls"."agent" AND "agents"."user_id" IS NULL
		AND ("agents"."project_id" = "model_calls"."project_id" OR "agents"."project_id" IS NULL)
	ORDER BY "agents"."project_id" NULLS LAST LIMIT 1
);
