-- # folders of Hive

CREATE STAGE "daily_orders_stage"
  URL = 's3://lake/shop/orders/'
  STORAGE_INTEGRATION = <storage integration>;
CREATE EXTERNAL TABLE "daily_orders" (
  "id" NUMBER(19,0) AS (VALUE['id']::NUMBER(19,0)),
  "note" VARCHAR AS (VALUE['note']::VARCHAR),
  "year" NUMBER(4,0) AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '/', 3), '=', 2)::NUMBER(4,0)),
  "month" NUMBER(4,0) AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '/', 4), '=', 2)::NUMBER(4,0))
)
PARTITION BY ("year", "month")
LOCATION = @"daily_orders_stage"
PATTERN = '(.*/)?daily-orders_[0-9]+_[^/]*'
AUTO_REFRESH = FALSE
FILE_FORMAT = (TYPE = PARQUET BINARY_AS_TEXT = FALSE);
ALTER EXTERNAL TABLE "daily_orders" REFRESH;

-- # all types

CREATE STAGE "daily_orders_stage"
  URL = 's3://lake/shop/orders/'
  STORAGE_INTEGRATION = <storage integration>;
CREATE EXTERNAL TABLE "daily_orders" (
  "flag" BOOLEAN AS (VALUE['flag']::BOOLEAN),
  "whole" NUMBER(10,0) AS (VALUE['whole']::NUMBER(10,0)),
  "big" NUMBER(19,0) AS (VALUE['big']::NUMBER(19,0)),
  "real" FLOAT AS (VALUE['real']::FLOAT),
  "double" DOUBLE AS (VALUE['double']::DOUBLE),
  "text" VARCHAR AS (VALUE['text']::VARCHAR),
  "bytes" BINARY AS (VALUE['bytes']::BINARY),
  "day" DATE AS (VALUE['day']::DATE),
  "money" NUMBER(18,4) AS (VALUE['money']::NUMBER(18,4)),
  "widest" NUMBER(38,0) AS (VALUE['widest']::NUMBER(38,0)),
  "at_ms" TIMESTAMP_NTZ AS (VALUE['at_ms']::TIMESTAMP_NTZ),
  "at_us" TIMESTAMP_NTZ AS (VALUE['at_us']::TIMESTAMP_NTZ),
  "wall" TIMESTAMP_NTZ AS (VALUE['wall']::TIMESTAMP_NTZ),
  "old" TIMESTAMP_NTZ AS (VALUE['old']::TIMESTAMP_NTZ),
  "clock_ms" VARIANT AS (VALUE['clock_ms']),
  "clock_us" VARIANT AS (VALUE['clock_us']),
  "span" VARIANT AS (VALUE['span']),
  "numbers" VARIANT AS (VALUE['numbers']),
  "prices" VARIANT AS (VALUE['prices']),
  "clocks" VARIANT AS (VALUE['clocks']),
  "labels" VARIANT AS (VALUE['labels']),
  "words" VARIANT AS (VALUE['words']),
  "year" NUMBER(4,0) AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '/', 3), '=', 2)::NUMBER(4,0)),
  "month" NUMBER(4,0) AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '/', 4), '=', 2)::NUMBER(4,0))
)
PARTITION BY ("year", "month")
LOCATION = @"daily_orders_stage"
PATTERN = '(.*/)?daily-orders_[0-9]+_[^/]*'
AUTO_REFRESH = FALSE
FILE_FORMAT = (TYPE = PARQUET BINARY_AS_TEXT = FALSE);
ALTER EXTERNAL TABLE "daily_orders" REFRESH;

-- # odd names

CREATE STAGE "daily_orders_stage"
  URL = 's3://lake/shop/orders/'
  STORAGE_INTEGRATION = <storage integration>;
CREATE EXTERNAL TABLE "daily_orders" (
  "id" NUMBER(19,0) AS (VALUE['id']::NUMBER(19,0)),
  "ID" NUMBER(19,0) AS (VALUE['ID']::NUMBER(19,0)),
  "renamed" VARCHAR AS (VALUE['renamed']::VARCHAR),
  "odd `name` ""quoted""" VARCHAR AS (VALUE['odd `name` "quoted"']::VARCHAR),
  "it's" VARCHAR AS (VALUE['it\'s']::VARCHAR),
  "a.b:c,d;e" VARCHAR AS (VALUE['a.b:c,d;e']::VARCHAR),
  "größe" VARCHAR AS (VALUE['größe']::VARCHAR),
  "back\slash" VARCHAR AS (VALUE['back\\slash']::VARCHAR),
  "line
break" VARCHAR AS (VALUE['line
break']::VARCHAR),
  "select" VARCHAR AS (VALUE['select']::VARCHAR),
  "1st" VARCHAR AS (VALUE['1st']::VARCHAR),
  "Year" NUMBER(19,0) AS (VALUE['Year']::NUMBER(19,0)),
  "year" NUMBER(4,0) AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '/', 3), '=', 2)::NUMBER(4,0)),
  "month" NUMBER(4,0) AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '/', 4), '=', 2)::NUMBER(4,0))
)
PARTITION BY ("year", "month")
LOCATION = @"daily_orders_stage"
PATTERN = '(.*/)?daily-orders_[0-9]+_[^/]*'
AUTO_REFRESH = FALSE
FILE_FORMAT = (TYPE = PARQUET BINARY_AS_TEXT = FALSE);
ALTER EXTERNAL TABLE "daily_orders" REFRESH;

-- # columns of the change

CREATE STAGE "daily_orders_stage"
  URL = 's3://lake/shop/orders/'
  STORAGE_INTEGRATION = <storage integration>;
CREATE EXTERNAL TABLE "daily_orders" (
  "id" NUMBER(19,0) AS (VALUE['id']::NUMBER(19,0)),
  "$op" VARCHAR AS (VALUE['$op']::VARCHAR),
  "$commitTime" TIMESTAMP_NTZ AS (VALUE['$commitTime']::TIMESTAMP_NTZ),
  "lsn" NUMBER(20,0) AS (VALUE['lsn']::NUMBER(20,0)),
  "year" NUMBER(4,0) AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '/', 3), '=', 2)::NUMBER(4,0)),
  "month" NUMBER(4,0) AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '/', 4), '=', 2)::NUMBER(4,0))
)
PARTITION BY ("year", "month")
LOCATION = @"daily_orders_stage"
PATTERN = '(.*/)?daily-orders_[0-9]+_[^/]*'
AUTO_REFRESH = FALSE
FILE_FORMAT = (TYPE = PARQUET BINARY_AS_TEXT = FALSE);
ALTER EXTERNAL TABLE "daily_orders" REFRESH;

-- # plain folders

CREATE STAGE "daily_orders_stage"
  URL = 's3://lake/shop/'
  STORAGE_INTEGRATION = <storage integration>;
CREATE EXTERNAL TABLE "daily_orders" (
  "id" NUMBER(19,0) AS (VALUE['id']::NUMBER(19,0)),
  "note" VARCHAR AS (VALUE['note']::VARCHAR),
  "year" NUMBER(4,0) AS (SPLIT_PART(METADATA$FILENAME, '/', 2)::NUMBER(4,0)),
  "month" NUMBER(4,0) AS (SPLIT_PART(METADATA$FILENAME, '/', 3)::NUMBER(4,0))
)
PARTITION BY ("year", "month")
LOCATION = @"daily_orders_stage"
PATTERN = '(.*/)?daily-orders_[0-9]+_[^/]*'
AUTO_REFRESH = FALSE
FILE_FORMAT = (TYPE = PARQUET BINARY_AS_TEXT = FALSE);
ALTER EXTERNAL TABLE "daily_orders" REFRESH;

-- # plain and named folders

-- Not every folder behind the first variable is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
CREATE STAGE "daily_orders_stage"
  URL = 's3://lake/shop/'
  STORAGE_INTEGRATION = <storage integration>;
CREATE EXTERNAL TABLE "daily_orders" (
  "id" NUMBER(19,0) AS (VALUE['id']::NUMBER(19,0)),
  "note" VARCHAR AS (VALUE['note']::VARCHAR)
)
LOCATION = @"daily_orders_stage"
PATTERN = '(.*/)?daily-orders_[0-9]+_[^/]*'
AUTO_REFRESH = FALSE
FILE_FORMAT = (TYPE = PARQUET BINARY_AS_TEXT = FALSE);
ALTER EXTERNAL TABLE "daily_orders" REFRESH;

-- # no variable

-- The prefix has no time variable: the table has no partitions, every query reads all objects.
CREATE STAGE "daily_orders_stage"
  URL = 's3://lake/shop/orders/'
  STORAGE_INTEGRATION = <storage integration>;
CREATE EXTERNAL TABLE "daily_orders" (
  "id" NUMBER(19,0) AS (VALUE['id']::NUMBER(19,0)),
  "note" VARCHAR AS (VALUE['note']::VARCHAR)
)
LOCATION = @"daily_orders_stage"
PATTERN = '(.*/)?daily-orders_[0-9]+_[^/]*'
AUTO_REFRESH = FALSE
FILE_FORMAT = (TYPE = PARQUET BINARY_AS_TEXT = FALSE);
ALTER EXTERNAL TABLE "daily_orders" REFRESH;

-- # the day in one folder

CREATE STAGE "daily_orders_stage"
  URL = 's3://lake/'
  STORAGE_INTEGRATION = <storage integration>;
CREATE EXTERNAL TABLE "daily_orders" (
  "id" NUMBER(19,0) AS (VALUE['id']::NUMBER(19,0)),
  "note" VARCHAR AS (VALUE['note']::VARCHAR),
  "ds" VARCHAR AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '/', 1), '=', 2)::VARCHAR)
)
PARTITION BY ("ds")
LOCATION = @"daily_orders_stage"
PATTERN = '(.*/)?daily-orders_[0-9]+_[^/]*'
AUTO_REFRESH = FALSE
FILE_FORMAT = (TYPE = PARQUET BINARY_AS_TEXT = FALSE);
ALTER EXTERNAL TABLE "daily_orders" REFRESH;

-- # constant folders

CREATE STAGE "daily_orders_stage"
  URL = 's3://lake/env=prod/'
  STORAGE_INTEGRATION = <storage integration>;
CREATE EXTERNAL TABLE "daily_orders" (
  "id" NUMBER(19,0) AS (VALUE['id']::NUMBER(19,0)),
  "note" VARCHAR AS (VALUE['note']::VARCHAR),
  "day" NUMBER(4,0) AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '/', 2), '=', 2)::NUMBER(4,0)),
  "kind" VARCHAR AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '/', 3), '=', 2)::VARCHAR)
)
PARTITION BY ("day", "kind")
LOCATION = @"daily_orders_stage"
PATTERN = '(.*/)?daily-orders_[0-9]+_[^/]*'
AUTO_REFRESH = FALSE
FILE_FORMAT = (TYPE = PARQUET BINARY_AS_TEXT = FALSE);
ALTER EXTERNAL TABLE "daily_orders" REFRESH;

-- # odd folders

-- Engines of the Hadoop family skip folders that begin with . or _, like "_x=1".
CREATE STAGE "daily_orders_stage"
  URL = 's3://lake/it\'s/a*b/_hidden/'
  STORAGE_INTEGRATION = <storage integration>;
CREATE EXTERNAL TABLE "daily_orders" (
  "id" NUMBER(19,0) AS (VALUE['id']::NUMBER(19,0)),
  "note" VARCHAR AS (VALUE['note']::VARCHAR),
  "year" NUMBER(4,0) AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '/', 4), '=', 2)::NUMBER(4,0)),
  "_x" VARCHAR AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '/', 5), '=', 2)::VARCHAR)
)
PARTITION BY ("year", "_x")
LOCATION = @"daily_orders_stage"
PATTERN = '(.*/)?daily-orders_[0-9]+_[^/]*'
AUTO_REFRESH = FALSE
FILE_FORMAT = (TYPE = PARQUET BINARY_AS_TEXT = FALSE);
ALTER EXTERNAL TABLE "daily_orders" REFRESH;

-- # on OSS

-- Snowflake reaches such a store by https, virtual-host style and without a port only.
CREATE STAGE "daily_orders_stage"
  URL = 's3compat://lake/shop/orders/'
  ENDPOINT = 'oss-cn-hangzhou.aliyuncs.com'
  CREDENTIALS = (AWS_KEY_ID = '<access key id>' AWS_SECRET_KEY = '<secret access key>');
CREATE EXTERNAL TABLE "daily_orders" (
  "id" NUMBER(19,0) AS (VALUE['id']::NUMBER(19,0)),
  "note" VARCHAR AS (VALUE['note']::VARCHAR),
  "year" NUMBER(4,0) AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '/', 3), '=', 2)::NUMBER(4,0)),
  "month" NUMBER(4,0) AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '/', 4), '=', 2)::NUMBER(4,0))
)
PARTITION BY ("year", "month")
LOCATION = @"daily_orders_stage"
PATTERN = '(.*/)?daily-orders_[0-9]+_[^/]*'
AUTO_REFRESH = FALSE
FILE_FORMAT = (TYPE = PARQUET BINARY_AS_TEXT = FALSE);
ALTER EXTERNAL TABLE "daily_orders" REFRESH;

-- # plain folders on OSS

-- Snowflake reaches such a store by https, virtual-host style and without a port only.
CREATE STAGE "daily_orders_stage"
  URL = 's3compat://lake/shop/'
  ENDPOINT = 'oss-cn-hangzhou.aliyuncs.com'
  CREDENTIALS = (AWS_KEY_ID = '<access key id>' AWS_SECRET_KEY = '<secret access key>');
CREATE EXTERNAL TABLE "daily_orders" (
  "id" NUMBER(19,0) AS (VALUE['id']::NUMBER(19,0)),
  "note" VARCHAR AS (VALUE['note']::VARCHAR),
  "year" NUMBER(4,0) AS (SPLIT_PART(METADATA$FILENAME, '/', 2)::NUMBER(4,0)),
  "month" NUMBER(4,0) AS (SPLIT_PART(METADATA$FILENAME, '/', 3)::NUMBER(4,0))
)
PARTITION BY ("year", "month")
LOCATION = @"daily_orders_stage"
PATTERN = '(.*/)?daily-orders_[0-9]+_[^/]*'
AUTO_REFRESH = FALSE
FILE_FORMAT = (TYPE = PARQUET BINARY_AS_TEXT = FALSE);
ALTER EXTERNAL TABLE "daily_orders" REFRESH;

-- # on a store of its own

-- Snowflake reaches such a store by https, virtual-host style and without a port only.
CREATE STAGE "daily_orders_stage"
  URL = 's3compat://lake/shop/orders/'
  ENDPOINT = '127.0.0.1:9000'
  CREDENTIALS = (AWS_KEY_ID = '<access key id>' AWS_SECRET_KEY = '<secret access key>');
CREATE EXTERNAL TABLE "daily_orders" (
  "id" NUMBER(19,0) AS (VALUE['id']::NUMBER(19,0)),
  "note" VARCHAR AS (VALUE['note']::VARCHAR),
  "year" NUMBER(4,0) AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '/', 3), '=', 2)::NUMBER(4,0)),
  "month" NUMBER(4,0) AS (SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '/', 4), '=', 2)::NUMBER(4,0))
)
PARTITION BY ("year", "month")
LOCATION = @"daily_orders_stage"
PATTERN = '(.*/)?daily-orders_[0-9]+_[^/]*'
AUTO_REFRESH = FALSE
FILE_FORMAT = (TYPE = PARQUET BINARY_AS_TEXT = FALSE);
ALTER EXTERNAL TABLE "daily_orders" REFRESH;

-- # nothing to read

-- Column "year" is left out: a folder of the prefix has its name.
-- No column is left: there is no table to create.
