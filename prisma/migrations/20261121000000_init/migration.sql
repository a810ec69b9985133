-- CreateEnum
CREATE TYPE "task_state" AS ENUM ('creating', 'active', 'paused', 'finished', 'deleting', 'deleted');

-- CreateEnum
CREATE TYPE "ledger_state" AS ENUM ('assigned', 'visible');

-- CreateTable
CREATE TABLE "source" (
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "sealed_url" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "source_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "task" (
    "id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "table_name" TEXT NOT NULL,
    "task_name" TEXT NOT NULL,
    "task_type" TEXT NOT NULL,
    "state" "task_state" NOT NULL,
    "config" JSONB NOT NULL,
    "requested" JSONB NOT NULL,
    "warnings" JSONB NOT NULL,
    "lanes" INTEGER NOT NULL,
    "schema_version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(6),

    CONSTRAINT "task_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "seq" BIGSERIAL NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER,
    "key" TEXT NOT NULL,
    "value" TEXT,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "task_status" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "task_status_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "ledger_file" (
    "file_id" UUID NOT NULL,
    "task_id" UUID NOT NULL,
    "lane" INTEGER NOT NULL,
    "prefix" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "destination" TEXT NOT NULL,
    "object_key" TEXT NOT NULL,
    "key_prefix" TEXT NOT NULL,
    "rows" BIGINT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "dirty" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "schema_version" INTEGER NOT NULL,
    "phase" TEXT NOT NULL,
    "first" JSONB NOT NULL,
    "last" JSONB NOT NULL,
    "state" "ledger_state" NOT NULL DEFAULT 'assigned',
    "assigned_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "visible_at" TIMESTAMPTZ(6),
    "ordinal" BIGSERIAL NOT NULL,

    CONSTRAINT "ledger_file_pkey" PRIMARY KEY ("file_id")
);

-- CreateTable
CREATE TABLE "ledger_sequence" (
    "destination" TEXT NOT NULL,
    "key_prefix" TEXT NOT NULL,
    "highest" BIGINT NOT NULL,

    CONSTRAINT "ledger_sequence_pkey" PRIMARY KEY ("destination","key_prefix")
);

-- CreateTable
CREATE TABLE "writer_lane" (
    "task_id" UUID NOT NULL,
    "lane" INTEGER NOT NULL,
    "next_offset" BIGINT NOT NULL,
    "base_visible" BOOLEAN NOT NULL,
    "delivered_lsn" TEXT,
    "delivered_at" TEXT,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "writer_lane_pkey" PRIMARY KEY ("task_id","lane")
);

-- CreateIndex
CREATE UNIQUE INDEX "source_partition_key" ON "source"("partition");

-- CreateIndex
CREATE INDEX "task_source_table_name_task_name_idx" ON "task"("source", "table_name", "task_name");

-- CreateIndex
CREATE INDEX "task_state_idx" ON "task"("state");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_file_ordinal_key" ON "ledger_file"("ordinal");

-- CreateIndex
CREATE INDEX "ledger_file_task_id_destination_key_prefix_idx" ON "ledger_file"("task_id", "destination", "key_prefix");

-- CreateIndex
CREATE INDEX "ledger_file_task_id_ordinal_idx" ON "ledger_file"("task_id", "ordinal" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "ledger_file_destination_object_key_key" ON "ledger_file"("destination", "object_key");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_file_task_id_lane_prefix_sequence_key" ON "ledger_file"("task_id", "lane", "prefix", "sequence");

-- AddForeignKey
ALTER TABLE "task" ADD CONSTRAINT "task_source_fkey" FOREIGN KEY ("source") REFERENCES "source"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_file" ADD CONSTRAINT "ledger_file_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "writer_lane" ADD CONSTRAINT "writer_lane_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- One task of a name that is not deleted.
CREATE UNIQUE INDEX "task_live_name_key" ON "task" ("source", "table_name", "task_name") WHERE "state" <> 'deleted';

-- What can't be by contract.
ALTER TABLE "task" ADD CONSTRAINT "task_lanes_positive" CHECK ("lanes" >= 1);
ALTER TABLE "ledger_file" ADD CONSTRAINT "ledger_file_sequence_positive" CHECK ("sequence" >= 1);
ALTER TABLE "ledger_file" ADD CONSTRAINT "ledger_file_visible_at" CHECK (("state" = 'visible') = ("visible_at" IS NOT NULL));
ALTER TABLE "ledger_sequence" ADD CONSTRAINT "ledger_sequence_not_negative" CHECK ("highest" >= 0);
ALTER TABLE "writer_lane" ADD CONSTRAINT "writer_lane_offset_not_negative" CHECK ("next_offset" >= 0);
