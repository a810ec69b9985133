-- In which bucket of its name an object is: grows when the bucket is created anew.
ALTER TABLE "ledger_file" ADD COLUMN "epoch" INTEGER NOT NULL DEFAULT 0;
CREATE INDEX "ledger_file_task_id_lane_epoch_idx" ON "ledger_file"("task_id", "lane", "epoch");

-- What the writer of a lane knows of its bucket.
CREATE TABLE "lane_bucket" (
    "task_id" UUID NOT NULL,
    "lane" INTEGER NOT NULL,
    "destination" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "bucket_created_at" TIMESTAMPTZ(3),
    "missing" BOOLEAN NOT NULL DEFAULT false,
    "redelivering" BOOLEAN NOT NULL DEFAULT false,
    "objects" BIGINT NOT NULL DEFAULT 0,
    "done" BIGINT NOT NULL DEFAULT 0,
    "lost_objects" BIGINT NOT NULL DEFAULT 0,
    "lost_rows" BIGINT NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "lane_bucket_pkey" PRIMARY KEY ("task_id","lane","destination")
);
ALTER TABLE "lane_bucket" ADD CONSTRAINT "lane_bucket_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What is visible of a lane, so that a status needs no sum over its files.
CREATE TABLE "lane_total" (
    "task_id" UUID NOT NULL,
    "lane" INTEGER NOT NULL,
    "objects" BIGINT NOT NULL,
    "rows" BIGINT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "dirty" BIGINT NOT NULL,

    CONSTRAINT "lane_total_pkey" PRIMARY KEY ("task_id","lane")
);
ALTER TABLE "lane_total" ADD CONSTRAINT "lane_total_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

INSERT INTO "lane_total" ("task_id", "lane", "objects", "rows", "bytes", "dirty")
SELECT "task_id", "lane", count(*), sum("rows"), sum("bytes"), sum("dirty")
FROM "ledger_file" WHERE "state" = 'visible' AND "content" = 'parquet' GROUP BY "task_id", "lane";
