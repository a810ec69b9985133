-- AlterTable
ALTER TABLE "ledger_file" ADD COLUMN "content" TEXT NOT NULL DEFAULT 'parquet';

-- What can't be by contract.
ALTER TABLE "ledger_file" ADD CONSTRAINT "ledger_file_content_known" CHECK ("content" IN ('parquet', 'dirty'));
