ALTER TABLE "inbox" ADD COLUMN "claimed_by" text;--> statement-breakpoint
ALTER TABLE "inbox" ADD COLUMN "claimed_until" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "outbox_view" ON "outbox" USING gin ("content" jsonb_path_ops) WHERE "outbox"."content" ->> 'type' = 'view';