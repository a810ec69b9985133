-- # folders of Hive

CREATE TABLE `daily_orders` (
  `id` BIGINT,
  `note` STRING,
  `year` INT,
  `month` INT
)
USING PARQUET
PARTITIONED BY (`year`, `month`)
LOCATION 's3a://lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders`;

-- # all types

-- Column "clock_ms" holds milliseconds since midnight.
-- Column "clock_us" holds microseconds since midnight.
-- Column "span" is left out: the engine can't read INTERVAL.
CREATE TABLE `daily_orders` (
  `flag` BOOLEAN,
  `whole` INT,
  `big` BIGINT,
  `real` FLOAT,
  `double` DOUBLE,
  `text` STRING,
  `bytes` BINARY,
  `day` DATE,
  `money` DECIMAL(18,4),
  `widest` DECIMAL(38,0),
  `at_ms` TIMESTAMP,
  `at_us` TIMESTAMP,
  `wall` TIMESTAMP_NTZ,
  `old` TIMESTAMP,
  `clock_ms` INT,
  `clock_us` BIGINT,
  `numbers` ARRAY<BIGINT>,
  `prices` ARRAY<DECIMAL(10,2)>,
  `clocks` ARRAY<BIGINT>,
  `labels` MAP<STRING,BIGINT>,
  `words` ARRAY<STRING>,
  `year` INT,
  `month` INT
)
USING PARQUET
PARTITIONED BY (`year`, `month`)
LOCATION 's3a://lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders`;

-- # odd names

-- Column "ID" is left out: a column before it differs in case only.
-- Column "Year" is left out: a folder of the prefix has its name.
CREATE TABLE `daily_orders` (
  `id` BIGINT,
  `renamed` STRING,
  `odd ``name`` "quoted"` STRING,
  `it's` STRING,
  `a.b:c,d;e` STRING,
  `größe` STRING,
  `back\slash` STRING,
  `line
break` STRING,
  `select` STRING,
  `1st` STRING,
  `year` INT,
  `month` INT
)
USING PARQUET
PARTITIONED BY (`year`, `month`)
LOCATION 's3a://lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders`;

-- # columns of the change

CREATE TABLE `daily_orders` (
  `id` BIGINT,
  `$op` STRING,
  `$commitTime` TIMESTAMP,
  `lsn` DECIMAL(20,0),
  `year` INT,
  `month` INT
)
USING PARQUET
PARTITIONED BY (`year`, `month`)
LOCATION 's3a://lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders`;

-- # plain folders

-- No folder is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
CREATE TABLE `daily_orders` (
  `id` BIGINT,
  `note` STRING
)
USING PARQUET
OPTIONS (recursiveFileLookup 'true')
LOCATION 's3a://lake/shop/';

-- # plain and named folders

-- Not every folder behind the first variable is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
CREATE TABLE `daily_orders` (
  `id` BIGINT,
  `note` STRING
)
USING PARQUET
OPTIONS (recursiveFileLookup 'true')
LOCATION 's3a://lake/shop/';

-- # no variable

-- The prefix has no time variable: the table has no partitions, every query reads all objects.
CREATE TABLE `daily_orders` (
  `id` BIGINT,
  `note` STRING
)
USING PARQUET
LOCATION 's3a://lake/shop/orders/';

-- # the day in one folder

CREATE TABLE `daily_orders` (
  `id` BIGINT,
  `note` STRING,
  `ds` STRING
)
USING PARQUET
PARTITIONED BY (`ds`)
LOCATION 's3a://lake/';
MSCK REPAIR TABLE `daily_orders`;

-- # constant folders

CREATE TABLE `daily_orders` (
  `id` BIGINT,
  `note` STRING,
  `day` INT,
  `kind` STRING
)
USING PARQUET
PARTITIONED BY (`day`, `kind`)
LOCATION 's3a://lake/env=prod/';
MSCK REPAIR TABLE `daily_orders`;

-- # odd folders

-- Engines of the Hadoop family skip folders that begin with . or _, like "_x=1".
CREATE TABLE `daily_orders` (
  `id` BIGINT,
  `note` STRING,
  `year` INT,
  `_x` STRING
)
USING PARQUET
PARTITIONED BY (`year`, `_x`)
LOCATION 's3a://lake/it\'s/a*b/_hidden/';
MSCK REPAIR TABLE `daily_orders`;

-- # on OSS

CREATE TABLE `daily_orders` (
  `id` BIGINT,
  `note` STRING,
  `year` INT,
  `month` INT
)
USING PARQUET
PARTITIONED BY (`year`, `month`)
LOCATION 'oss://lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders`;

-- # plain folders on OSS

-- No folder is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
CREATE TABLE `daily_orders` (
  `id` BIGINT,
  `note` STRING
)
USING PARQUET
OPTIONS (recursiveFileLookup 'true')
LOCATION 'oss://lake/shop/';

-- # on a store of its own

CREATE TABLE `daily_orders` (
  `id` BIGINT,
  `note` STRING,
  `year` INT,
  `month` INT
)
USING PARQUET
PARTITIONED BY (`year`, `month`)
LOCATION 's3a://lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders`;

-- # nothing to read

-- Column "year" is left out: a folder of the prefix has its name.
-- No column is left: there is no table to create.
