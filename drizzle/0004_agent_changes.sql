-- Every process keeps agents in memory (A-8). Any write to one, by whatever program, tells them all, once per
-- transaction: Postgres drops notifications that are the same.
CREATE FUNCTION notify_agents_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('prorab_agents', '');
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER agents_changed AFTER INSERT OR UPDATE OR DELETE ON "agents"
	FOR EACH ROW EXECUTE FUNCTION notify_agents_changed();
--> statement-breakpoint
CREATE TRIGGER agents_emptied AFTER TRUNCATE ON "agents"
	FOR EACH STATEMENT EXECUTE FUNCTION notify_agents_changed();
--> statement-breakpoint
-- The configs that the version before wrote: who has one of these never changed it, and seeding may bring it up to date.
UPDATE "agents" SET "seeded" = "config" WHERE md5("config"::text) IN (
	'cf6dfbe86360d6778c7330da779cc836', -- the system's ProductOwner
	'ae476f2154a494ca5d4ca8557465bb0b', -- Brainstorm
	'9bab19ea1f6c7ed8b3ccf9a5486dc0e5', -- Zavhoz
	'7600781359c885e785ae2839650d549f', -- Architect
	'a571665fdbd39b0e8f8235811e427d10', -- Tester
	'9a8075aa166ee98d90a85f3178efff64', -- DevOps
	'030ad264cab48b91f51bbd9ca3d16fe0', -- a project's Architect
	'627531e3c94b2270ca3b4ea705a88326', -- Orchestrator
	'b4f9f099e569f885e71f40368ec038ac', -- CodeAssistant
	'2c7e042397eddec555d8e5abfe016d1a', -- Ask
	'a048ce14648d1261655ff4d3a41f4183' -- Debug
);
--> statement-breakpoint
-- Those that somebody changed keep what they could do: until now the developer had its tools whatever the config said.
UPDATE "agents"
SET "config" = jsonb_set("config", '{tools}', '["list_files", "read_file", "write_file", "remove_file", "run_tests"]')
WHERE "seeded" IS NULL AND "role" = 'code' AND "config"->'tools' = '[]';
--> statement-breakpoint
-- The first line of everybody's history.
INSERT INTO "agent_versions"
	("agent_id", "version", "name", "role", "config", "is_active", "is_default", "actor", "surface", "change", "at")
SELECT "id", "version", "name", "role", "config", "is_active", "is_default", 'system', 'system',
	jsonb_build_object('kind', CASE WHEN "seeded" IS NULL THEN 'edited' ELSE 'seeded' END), "updated_at"
FROM "agents"
ON CONFLICT DO NOTHING;
