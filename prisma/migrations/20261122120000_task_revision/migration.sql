-- What the user changed of a task: counted, and the last change that needs a new version of its schema.
ALTER TABLE "task" ADD COLUMN "revision" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "task" ADD COLUMN "schema_revision" INTEGER NOT NULL DEFAULT 1;
