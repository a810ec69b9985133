-- # folders of Hive

CREATE TABLE hive.default."daily_orders" (
  "id" BIGINT,
  "note" VARCHAR,
  "year" INTEGER,
  "month" INTEGER
)
WITH (
  format = 'PARQUET',
  external_location = 's3://lake/shop/orders/',
  partitioned_by = ARRAY['year', 'month']
);
CALL hive.system.sync_partition_metadata(schema_name => 'default', table_name => 'daily_orders', mode => 'ADD', case_sensitive => false);

-- # all types

-- Column "clock_ms" is left out: the engine can't read TIME_MILLIS.
-- Column "clock_us" is left out: the engine can't read TIME_MICROS.
-- Column "span" is left out: the engine can't read INTERVAL.
-- Column "clocks" is left out: the engine can't read LIST of TIME_MICROS.
SET SESSION hive.timestamp_precision = 'MICROSECONDS';
CREATE TABLE hive.default."daily_orders" (
  "flag" BOOLEAN,
  "whole" INTEGER,
  "big" BIGINT,
  "real" REAL,
  "double" DOUBLE,
  "text" VARCHAR,
  "bytes" VARBINARY,
  "day" DATE,
  "money" DECIMAL(18,4),
  "widest" DECIMAL(38,0),
  "at_ms" TIMESTAMP(6),
  "at_us" TIMESTAMP(6),
  "wall" TIMESTAMP(6),
  "old" TIMESTAMP(6),
  "numbers" ARRAY(BIGINT),
  "prices" ARRAY(DECIMAL(10,2)),
  "labels" MAP(VARCHAR, BIGINT),
  "words" ARRAY(VARCHAR),
  "year" INTEGER,
  "month" INTEGER
)
WITH (
  format = 'PARQUET',
  external_location = 's3://lake/shop/orders/',
  partitioned_by = ARRAY['year', 'month']
);
CALL hive.system.sync_partition_metadata(schema_name => 'default', table_name => 'daily_orders', mode => 'ADD', case_sensitive => false);

-- # odd names

-- Column "ID" is left out: a column before it differs in case only.
-- Column "a.b:c,d;e" is left out: its name has a comma, or a blank at an end.
-- Column "Year" is left out: a folder of the prefix has its name.
CREATE TABLE hive.default."daily_orders" (
  "id" BIGINT,
  "renamed" VARCHAR,
  "odd `name` ""quoted""" VARCHAR,
  "it's" VARCHAR,
  "größe" VARCHAR,
  "back\slash" VARCHAR,
  "line
break" VARCHAR,
  "select" VARCHAR,
  "1st" VARCHAR,
  "year" INTEGER,
  "month" INTEGER
)
WITH (
  format = 'PARQUET',
  external_location = 's3://lake/shop/orders/',
  partitioned_by = ARRAY['year', 'month']
);
CALL hive.system.sync_partition_metadata(schema_name => 'default', table_name => 'daily_orders', mode => 'ADD', case_sensitive => false);

-- # columns of the change

SET SESSION hive.timestamp_precision = 'MICROSECONDS';
CREATE TABLE hive.default."daily_orders" (
  "id" BIGINT,
  "$op" VARCHAR,
  "$commitTime" TIMESTAMP(6),
  "lsn" DECIMAL(20,0),
  "year" INTEGER,
  "month" INTEGER
)
WITH (
  format = 'PARQUET',
  external_location = 's3://lake/shop/orders/',
  partitioned_by = ARRAY['year', 'month']
);
CALL hive.system.sync_partition_metadata(schema_name => 'default', table_name => 'daily_orders', mode => 'ADD', case_sensitive => false);

-- # plain folders

-- No folder is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
-- The catalog needs hive.recursive-directories=true.
CREATE TABLE hive.default."daily_orders" (
  "id" BIGINT,
  "note" VARCHAR
)
WITH (
  format = 'PARQUET',
  external_location = 's3://lake/shop/'
);

-- # plain and named folders

-- Not every folder behind the first variable is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
-- The catalog needs hive.recursive-directories=true.
CREATE TABLE hive.default."daily_orders" (
  "id" BIGINT,
  "note" VARCHAR
)
WITH (
  format = 'PARQUET',
  external_location = 's3://lake/shop/'
);

-- # no variable

-- The prefix has no time variable: the table has no partitions, every query reads all objects.
CREATE TABLE hive.default."daily_orders" (
  "id" BIGINT,
  "note" VARCHAR
)
WITH (
  format = 'PARQUET',
  external_location = 's3://lake/shop/orders/'
);

-- # the day in one folder

CREATE TABLE hive.default."daily_orders" (
  "id" BIGINT,
  "note" VARCHAR,
  "ds" VARCHAR
)
WITH (
  format = 'PARQUET',
  external_location = 's3://lake/',
  partitioned_by = ARRAY['ds']
);
CALL hive.system.sync_partition_metadata(schema_name => 'default', table_name => 'daily_orders', mode => 'ADD', case_sensitive => false);

-- # constant folders

CREATE TABLE hive.default."daily_orders" (
  "id" BIGINT,
  "note" VARCHAR,
  "day" INTEGER,
  "kind" VARCHAR
)
WITH (
  format = 'PARQUET',
  external_location = 's3://lake/env=prod/',
  partitioned_by = ARRAY['day', 'kind']
);
CALL hive.system.sync_partition_metadata(schema_name => 'default', table_name => 'daily_orders', mode => 'ADD', case_sensitive => false);

-- # odd folders

-- Engines of the Hadoop family skip folders that begin with . or _, like "_x=1".
CREATE TABLE hive.default."daily_orders" (
  "id" BIGINT,
  "note" VARCHAR,
  "year" INTEGER,
  "_x" VARCHAR
)
WITH (
  format = 'PARQUET',
  external_location = 's3://lake/it''s/a*b/_hidden/',
  partitioned_by = ARRAY['year', '_x']
);
CALL hive.system.sync_partition_metadata(schema_name => 'default', table_name => 'daily_orders', mode => 'ADD', case_sensitive => false);

-- # on OSS

CREATE TABLE hive.default."daily_orders" (
  "id" BIGINT,
  "note" VARCHAR,
  "year" INTEGER,
  "month" INTEGER
)
WITH (
  format = 'PARQUET',
  external_location = 's3://lake/shop/orders/',
  partitioned_by = ARRAY['year', 'month']
);
CALL hive.system.sync_partition_metadata(schema_name => 'default', table_name => 'daily_orders', mode => 'ADD', case_sensitive => false);

-- # plain folders on OSS

-- No folder is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
-- The catalog needs hive.recursive-directories=true.
CREATE TABLE hive.default."daily_orders" (
  "id" BIGINT,
  "note" VARCHAR
)
WITH (
  format = 'PARQUET',
  external_location = 's3://lake/shop/'
);

-- # on a store of its own

CREATE TABLE hive.default."daily_orders" (
  "id" BIGINT,
  "note" VARCHAR,
  "year" INTEGER,
  "month" INTEGER
)
WITH (
  format = 'PARQUET',
  external_location = 's3://lake/shop/orders/',
  partitioned_by = ARRAY['year', 'month']
);
CALL hive.system.sync_partition_metadata(schema_name => 'default', table_name => 'daily_orders', mode => 'ADD', case_sensitive => false);

-- # nothing to read

-- Column "year" is left out: a folder of the prefix has its name.
-- No column is left: there is no table to create.
