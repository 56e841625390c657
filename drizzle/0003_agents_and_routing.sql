CREATE TABLE "agent_versions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"agent_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"config" jsonb NOT NULL,
	"is_active" boolean NOT NULL,
	"is_default" boolean NOT NULL,
	"changed_by" uuid,
	"actor" text NOT NULL,
	"surface" text NOT NULL,
	"change" jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "budget_allowances" (
	"budget_id" uuid NOT NULL,
	"month" text NOT NULL,
	"percent" integer NOT NULL,
	"granted_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "budget_allowances_budget_id_month_pk" PRIMARY KEY("budget_id","month")
);
--> statement-breakpoint
CREATE TABLE "budgets" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" uuid,
	"monthly_usd" double precision NOT NULL,
	"updated_by" uuid,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agent_performance" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "agent_performance_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"agent_id" uuid NOT NULL,
	"work_type" text NOT NULL,
	"success_count" integer DEFAULT 0 NOT NULL,
	"failure_count" integer DEFAULT 0 NOT NULL,
	"total_duration_ms" double precision DEFAULT 0 NOT NULL,
	"last_execution_at" timestamp with time zone,
	"difficulty_assessment" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agent_registry" (
	"agent_id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"process_id" text NOT NULL,
	"agent_type" text NOT NULL,
	"pool_name" text NOT NULL,
	"capabilities" text[] NOT NULL,
	"specializations" text[] DEFAULT '{}'::text[] NOT NULL,
	"status" text DEFAULT 'offline' NOT NULL,
	"draining" boolean DEFAULT false NOT NULL,
	"concurrency_limit" integer,
	"last_heartbeat_at" timestamp with time zone,
	"last_active_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "routing_decisions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"task_id" uuid,
	"work_type" text NOT NULL,
	"agent_type" text NOT NULL,
	"agent_pool" text NOT NULL,
	"selected_agent_id" uuid,
	"selected_agent_name" text NOT NULL,
	"performed_by" uuid,
	"performed_by_name" text,
	"score" double precision NOT NULL,
	"success_points" double precision NOT NULL,
	"context_points" double precision NOT NULL,
	"specialization_points" double precision NOT NULL,
	"load_points" double precision NOT NULL,
	"runners_up" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"success_rate_percent" integer,
	"specialization_match" boolean DEFAULT false NOT NULL,
	"recent_context_match" boolean DEFAULT false NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"retried" boolean DEFAULT false NOT NULL,
	"reason" text NOT NULL,
	"outcome" text DEFAULT 'pending' NOT NULL,
	"failure" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"deadline_at" timestamp with time zone,
	"duration_ms" integer
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"number" integer GENERATED ALWAYS AS IDENTITY (sequence name "tasks_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"origin_key" text NOT NULL,
	"work_type" text NOT NULL,
	"agent_type" text NOT NULL,
	"title" text NOT NULL,
	"input" jsonb NOT NULL,
	"project_id" uuid,
	"run_id" uuid,
	"conversation_id" uuid,
	"requested_by" uuid,
	"agent_id" uuid,
	"agent_name" text,
	"agent_reason" text,
	"timeout_ms" integer NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"result" jsonb,
	"failure" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "seeded" jsonb;--> statement-breakpoint
ALTER TABLE "agent_versions" ADD CONSTRAINT "agent_versions_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_versions" ADD CONSTRAINT "agent_versions_changed_by_users_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "budget_allowances" ADD CONSTRAINT "budget_allowances_budget_id_budgets_id_fk" FOREIGN KEY ("budget_id") REFERENCES "public"."budgets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "budget_allowances" ADD CONSTRAINT "budget_allowances_granted_by_users_id_fk" FOREIGN KEY ("granted_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "budgets" ADD CONSTRAINT "budgets_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "budgets" ADD CONSTRAINT "budgets_updated_by_users_id_fk" FOREIGN KEY ("updated_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_performance" ADD CONSTRAINT "agent_performance_agent_id_agent_registry_agent_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agent_registry"("agent_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "routing_decisions" ADD CONSTRAINT "routing_decisions_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "routing_decisions" ADD CONSTRAINT "routing_decisions_selected_agent_id_agent_registry_agent_id_fk" FOREIGN KEY ("selected_agent_id") REFERENCES "public"."agent_registry"("agent_id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "routing_decisions" ADD CONSTRAINT "routing_decisions_performed_by_agents_id_fk" FOREIGN KEY ("performed_by") REFERENCES "public"."agents"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_requested_by_users_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "agent_versions_number" ON "agent_versions" USING btree ("agent_id","version");--> statement-breakpoint
CREATE UNIQUE INDEX "budgets_scope" ON "budgets" USING btree (coalesce("project_id", '00000000-0000-0000-0000-000000000000'::uuid));--> statement-breakpoint
CREATE UNIQUE INDEX "agent_performance_agent_work" ON "agent_performance" USING btree ("agent_id","work_type");--> statement-breakpoint
CREATE UNIQUE INDEX "agent_registry_name" ON "agent_registry" USING btree ("name");--> statement-breakpoint
CREATE INDEX "agent_registry_type_status" ON "agent_registry" USING btree ("agent_type","status");--> statement-breakpoint
CREATE INDEX "agent_registry_pool" ON "agent_registry" USING btree ("pool_name");--> statement-breakpoint
CREATE INDEX "agent_registry_process" ON "agent_registry" USING btree ("process_id");--> statement-breakpoint
CREATE INDEX "routing_decisions_task" ON "routing_decisions" USING btree ("task_id","created_at");--> statement-breakpoint
CREATE INDEX "routing_decisions_agent" ON "routing_decisions" USING btree ("selected_agent_id","created_at");--> statement-breakpoint
CREATE INDEX "routing_decisions_performer" ON "routing_decisions" USING btree ("performed_by","created_at");--> statement-breakpoint
CREATE INDEX "routing_decisions_work" ON "routing_decisions" USING btree ("work_type","created_at");--> statement-breakpoint
CREATE INDEX "routing_decisions_at" ON "routing_decisions" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "routing_decisions_open" ON "routing_decisions" USING btree ("selected_agent_id","created_at") WHERE "routing_decisions"."outcome" in ('pending', 'running');--> statement-breakpoint
CREATE UNIQUE INDEX "routing_decisions_one_open_per_task" ON "routing_decisions" USING btree ("task_id") WHERE "routing_decisions"."outcome" in ('pending', 'running');--> statement-breakpoint
CREATE UNIQUE INDEX "tasks_origin" ON "tasks" USING btree ("origin_key");--> statement-breakpoint
CREATE UNIQUE INDEX "tasks_number" ON "tasks" USING btree ("number");--> statement-breakpoint
CREATE INDEX "tasks_open" ON "tasks" USING btree ("created_at") WHERE "tasks"."state" in ('waiting', 'routed');--> statement-breakpoint
CREATE INDEX "tasks_run" ON "tasks" USING btree ("run_id");--> statement-breakpoint
CREATE INDEX "tasks_conversation" ON "tasks" USING btree ("conversation_id","created_at");--> statement-breakpoint
CREATE INDEX "tasks_agent" ON "tasks" USING btree ("agent_id","created_at");