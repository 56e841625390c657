-- Whoever waits for a task, in whatever process, hears that it is over.
CREATE FUNCTION "tell_task_end"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('prorab_tasks', NEW.id::text);
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "tasks_tell_end" AFTER UPDATE OF "state" ON "tasks"
  FOR EACH ROW WHEN (NEW.state IN ('succeeded', 'failed', 'cancelled'))
  EXECUTE FUNCTION "tell_task_end"();
