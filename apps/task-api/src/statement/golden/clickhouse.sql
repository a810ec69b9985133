-- # folders of Hive

CREATE VIEW `daily_orders` AS
SELECT
  `id`,
  `note`,
  `year`,
  `month`
FROM s3(
  'https://lake.s3.<region>.amazonaws.com/shop/orders/year=*/month=*/daily-orders_*',
  '<access key id>', '<secret access key>',
  'Parquet',
  '`id` Nullable(Int64), `note` Nullable(String)'
)
SETTINGS use_hive_partitioning = 1;

-- # all types

-- Column "clock_ms" is left out: the engine can't read TIME_MILLIS.
-- Column "clock_us" is left out: the engine can't read TIME_MICROS.
-- Column "span" is left out: the engine can't read INTERVAL.
-- Column "clocks" is left out: the engine can't read LIST of TIME_MICROS.
CREATE VIEW `daily_orders` AS
SELECT
  `flag`,
  `whole`,
  `big`,
  `real`,
  `double`,
  `text`,
  `bytes`,
  `day`,
  `money`,
  `widest`,
  `at_ms`,
  `at_us`,
  `wall`,
  `old`,
  `numbers`,
  `prices`,
  `labels`,
  `words`,
  `year`,
  `month`
FROM s3(
  'https://lake.s3.<region>.amazonaws.com/shop/orders/year=*/month=*/daily-orders_*',
  '<access key id>', '<secret access key>',
  'Parquet',
  '`flag` Nullable(Bool), `whole` Nullable(Int32), `big` Nullable(Int64), `real` Nullable(Float32), `double` Nullable(Float64), `text` Nullable(String), `bytes` Nullable(String), `day` Nullable(Date32), `money` Nullable(Decimal(18,4)), `widest` Nullable(Decimal(38,0)), `at_ms` Nullable(DateTime64(3, \'UTC\')), `at_us` Nullable(DateTime64(6, \'UTC\')), `wall` Nullable(DateTime64(6, \'UTC\')), `old` Nullable(DateTime64(6, \'UTC\')), `numbers` Array(Nullable(Int64)), `prices` Array(Nullable(Decimal(10,2))), `labels` Map(String, Nullable(Int64)), `words` Array(Nullable(String))'
)
SETTINGS use_hive_partitioning = 1;

-- # odd names

CREATE VIEW `daily_orders` AS
SELECT
  `id`,
  `ID`,
  `renamed`,
  `odd \`name\` "quoted"`,
  `it's`,
  `a.b:c,d;e`,
  `größe`,
  `back\\slash`,
  `line
break`,
  `select`,
  `1st`,
  `Year`,
  `year`,
  `month`
FROM s3(
  'https://lake.s3.<region>.amazonaws.com/shop/orders/year=*/month=*/daily-orders_*',
  '<access key id>', '<secret access key>',
  'Parquet',
  '`id` Nullable(Int64), `ID` Nullable(Int64), `renamed` Nullable(String), `odd \\`name\\` "quoted"` Nullable(String), `it\'s` Nullable(String), `a.b:c,d;e` Nullable(String), `größe` Nullable(String), `back\\\\slash` Nullable(String), `line
break` Nullable(String), `select` Nullable(String), `1st` Nullable(String), `Year` Nullable(Int64)'
)
SETTINGS use_hive_partitioning = 1;

-- # columns of the change

CREATE VIEW `daily_orders` AS
SELECT
  `id`,
  `$op`,
  `$commitTime`,
  `lsn`,
  `year`,
  `month`
FROM s3(
  'https://lake.s3.<region>.amazonaws.com/shop/orders/year=*/month=*/daily-orders_*',
  '<access key id>', '<secret access key>',
  'Parquet',
  '`id` Nullable(Int64), `$op` Nullable(String), `$commitTime` Nullable(DateTime64(6, \'UTC\')), `lsn` Nullable(Decimal(20,0))'
)
SETTINGS use_hive_partitioning = 1;

-- # plain folders

-- No folder is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
CREATE VIEW `daily_orders` AS
SELECT
  `id`,
  `note`
FROM s3(
  'https://lake.s3.<region>.amazonaws.com/shop/*/*/daily-orders_*',
  '<access key id>', '<secret access key>',
  'Parquet',
  '`id` Nullable(Int64), `note` Nullable(String)'
)
SETTINGS use_hive_partitioning = 0;

-- # plain and named folders

-- Not every folder behind the first variable is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
CREATE VIEW `daily_orders` AS
SELECT
  `id`,
  `note`
FROM s3(
  'https://lake.s3.<region>.amazonaws.com/shop/*/month=*/part/daily-orders_*',
  '<access key id>', '<secret access key>',
  'Parquet',
  '`id` Nullable(Int64), `note` Nullable(String)'
)
SETTINGS use_hive_partitioning = 0;

-- # no variable

-- The prefix has no time variable: the table has no partitions, every query reads all objects.
CREATE VIEW `daily_orders` AS
SELECT
  `id`,
  `note`
FROM s3(
  'https://lake.s3.<region>.amazonaws.com/shop/orders/daily-orders_*',
  '<access key id>', '<secret access key>',
  'Parquet',
  '`id` Nullable(Int64), `note` Nullable(String)'
)
SETTINGS use_hive_partitioning = 0;

-- # the day in one folder

CREATE VIEW `daily_orders` AS
SELECT
  `id`,
  `note`,
  `ds`
FROM s3(
  'https://lake.s3.<region>.amazonaws.com/ds=*/daily-orders_*',
  '<access key id>', '<secret access key>',
  'Parquet',
  '`id` Nullable(Int64), `note` Nullable(String)'
)
SETTINGS use_hive_partitioning = 1;

-- # constant folders

CREATE VIEW `daily_orders` AS
SELECT
  `id`,
  `note`,
  `day`,
  `kind`
FROM s3(
  'https://lake.s3.<region>.amazonaws.com/env=prod/day=*/kind=a%20b/daily-orders_*',
  '<access key id>', '<secret access key>',
  'Parquet',
  '`id` Nullable(Int64), `note` Nullable(String)'
)
SETTINGS use_hive_partitioning = 1;

-- # odd folders

-- Engines of the Hadoop family skip folders that begin with . or _, like "_x=1".
CREATE VIEW `daily_orders` AS
SELECT
  `id`,
  `note`,
  `year`,
  `_x`
FROM s3(
  'https://lake.s3.<region>.amazonaws.com/it\'s/a*b/_hidden/year=*/_x=1/daily-orders_*',
  '<access key id>', '<secret access key>',
  'Parquet',
  '`id` Nullable(Int64), `note` Nullable(String)'
)
SETTINGS use_hive_partitioning = 1;

-- # on OSS

CREATE VIEW `daily_orders` AS
SELECT
  `id`,
  `note`,
  `year`,
  `month`
FROM s3(
  'https://lake.oss-cn-hangzhou.aliyuncs.com/shop/orders/year=*/month=*/daily-orders_*',
  '<access key id>', '<secret access key>',
  'Parquet',
  '`id` Nullable(Int64), `note` Nullable(String)'
)
SETTINGS use_hive_partitioning = 1;

-- # plain folders on OSS

-- No folder is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
CREATE VIEW `daily_orders` AS
SELECT
  `id`,
  `note`
FROM s3(
  'https://lake.oss-cn-hangzhou.aliyuncs.com/shop/*/*/daily-orders_*',
  '<access key id>', '<secret access key>',
  'Parquet',
  '`id` Nullable(Int64), `note` Nullable(String)'
)
SETTINGS use_hive_partitioning = 0;

-- # on a store of its own

CREATE VIEW `daily_orders` AS
SELECT
  `id`,
  `note`,
  `year`,
  `month`
FROM s3(
  'http://127.0.0.1:9000/lake/shop/orders/year=*/month=*/daily-orders_*',
  '<access key id>', '<secret access key>',
  'Parquet',
  '`id` Nullable(Int64), `note` Nullable(String)'
)
SETTINGS use_hive_partitioning = 1;

-- # nothing to read

-- Column "year" is left out: a folder of the prefix has its name.
-- No column is left: there is no table to create.
