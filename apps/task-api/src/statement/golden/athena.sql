-- # folders of Hive

-- Rows of years outside 2000 to 2099 are not seen: see projection.year.range.
CREATE EXTERNAL TABLE `daily_orders` (
  `id` bigint,
  `note` string
)
PARTITIONED BY (`year` int, `month` int)
STORED AS PARQUET
LOCATION 's3://lake/shop/orders/'
TBLPROPERTIES (
  'projection.enabled'='true',
  'projection.year.type'='integer',
  'projection.year.range'='2000,2099',
  'projection.year.digits'='4',
  'projection.month.type'='integer',
  'projection.month.range'='1,12',
  'projection.month.digits'='2',
  'storage.location.template'='s3://lake/shop/orders/year=${year}/month=${month}/'
);

-- # all types

-- Column "clock_ms" is left out: the engine can't read TIME_MILLIS.
-- Column "clock_us" is left out: the engine can't read TIME_MICROS.
-- Column "span" is left out: the engine can't read INTERVAL.
-- Column "clocks" is left out: the engine can't read LIST of TIME_MICROS.
-- Rows of years outside 2000 to 2099 are not seen: see projection.year.range.
CREATE EXTERNAL TABLE `daily_orders` (
  `flag` boolean,
  `whole` int,
  `big` bigint,
  `real` float,
  `double` double,
  `text` string,
  `bytes` binary,
  `day` date,
  `money` decimal(18,4),
  `widest` decimal(38,0),
  `at_ms` timestamp,
  `at_us` timestamp,
  `wall` timestamp,
  `old` timestamp,
  `numbers` array<bigint>,
  `prices` array<decimal(10,2)>,
  `labels` map<string,bigint>,
  `words` array<string>
)
PARTITIONED BY (`year` int, `month` int)
STORED AS PARQUET
LOCATION 's3://lake/shop/orders/'
TBLPROPERTIES (
  'projection.enabled'='true',
  'projection.year.type'='integer',
  'projection.year.range'='2000,2099',
  'projection.year.digits'='4',
  'projection.month.type'='integer',
  'projection.month.range'='1,12',
  'projection.month.digits'='2',
  'storage.location.template'='s3://lake/shop/orders/year=${year}/month=${month}/'
);

-- # odd names

-- Column "ID" is left out: a column before it differs in case only.
-- Column "odd `name` \"quoted\"" is left out: names may only have letters, digits and _; give it another ossColumnName.
-- Column "it's" is left out: names may only have letters, digits and _; give it another ossColumnName.
-- Column "a.b:c,d;e" is left out: names may only have letters, digits and _; give it another ossColumnName.
-- Column "back\\slash" is left out: names may only have letters, digits and _; give it another ossColumnName.
-- Column "line\nbreak" is left out: names may only have letters, digits and _; give it another ossColumnName.
-- Column "Year" is left out: a folder of the prefix has its name.
-- Rows of years outside 2000 to 2099 are not seen: see projection.year.range.
CREATE EXTERNAL TABLE `daily_orders` (
  `id` bigint,
  `renamed` string,
  `größe` string,
  `select` string,
  `1st` string
)
PARTITIONED BY (`year` int, `month` int)
STORED AS PARQUET
LOCATION 's3://lake/shop/orders/'
TBLPROPERTIES (
  'projection.enabled'='true',
  'projection.year.type'='integer',
  'projection.year.range'='2000,2099',
  'projection.year.digits'='4',
  'projection.month.type'='integer',
  'projection.month.range'='1,12',
  'projection.month.digits'='2',
  'storage.location.template'='s3://lake/shop/orders/year=${year}/month=${month}/'
);

-- # columns of the change

-- Column "$op" is left out: names may only have letters, digits and _; give it another ossColumnName.
-- Column "$commitTime" is left out: names may only have letters, digits and _; give it another ossColumnName.
-- Rows of years outside 2000 to 2099 are not seen: see projection.year.range.
CREATE EXTERNAL TABLE `daily_orders` (
  `id` bigint,
  `lsn` decimal(20,0)
)
PARTITIONED BY (`year` int, `month` int)
STORED AS PARQUET
LOCATION 's3://lake/shop/orders/'
TBLPROPERTIES (
  'projection.enabled'='true',
  'projection.year.type'='integer',
  'projection.year.range'='2000,2099',
  'projection.year.digits'='4',
  'projection.month.type'='integer',
  'projection.month.range'='1,12',
  'projection.month.digits'='2',
  'storage.location.template'='s3://lake/shop/orders/year=${year}/month=${month}/'
);

-- # plain folders

-- Rows of years outside 2000 to 2099 are not seen: see projection.year.range.
CREATE EXTERNAL TABLE `daily_orders` (
  `id` bigint,
  `note` string
)
PARTITIONED BY (`year` int, `month` int)
STORED AS PARQUET
LOCATION 's3://lake/shop/'
TBLPROPERTIES (
  'projection.enabled'='true',
  'projection.year.type'='integer',
  'projection.year.range'='2000,2099',
  'projection.year.digits'='4',
  'projection.month.type'='integer',
  'projection.month.range'='1,12',
  'projection.month.digits'='2',
  'storage.location.template'='s3://lake/shop/${year}/${month}/'
);

-- # plain and named folders

-- Not every folder behind the first variable is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
CREATE EXTERNAL TABLE `daily_orders` (
  `id` bigint,
  `note` string
)
STORED AS PARQUET
LOCATION 's3://lake/shop/';

-- # no variable

-- The prefix has no time variable: the table has no partitions, every query reads all objects.
CREATE EXTERNAL TABLE `daily_orders` (
  `id` bigint,
  `note` string
)
STORED AS PARQUET
LOCATION 's3://lake/shop/orders/';

-- # the day in one folder

CREATE EXTERNAL TABLE `daily_orders` (
  `id` bigint,
  `note` string
)
PARTITIONED BY (`ds` string)
STORED AS PARQUET
LOCATION 's3://lake/';
MSCK REPAIR TABLE `daily_orders`;

-- # constant folders

CREATE EXTERNAL TABLE `daily_orders` (
  `id` bigint,
  `note` string
)
PARTITIONED BY (`day` int, `kind` string)
STORED AS PARQUET
LOCATION 's3://lake/env=prod/'
TBLPROPERTIES (
  'projection.enabled'='true',
  'projection.day.type'='integer',
  'projection.day.range'='1,31',
  'projection.day.digits'='2',
  'projection.kind.type'='enum',
  'projection.kind.values'='a b',
  'storage.location.template'='s3://lake/env=prod/day=${day}/kind=${kind}/'
);

-- # odd folders

-- Engines of the Hadoop family skip folders that begin with . or _, like "_x=1".
-- Rows of years outside 2000 to 2099 are not seen: see projection.year.range.
CREATE EXTERNAL TABLE `daily_orders` (
  `id` bigint,
  `note` string
)
PARTITIONED BY (`year` int, `_x` string)
STORED AS PARQUET
LOCATION 's3://lake/it\'s/a*b/_hidden/'
TBLPROPERTIES (
  'projection.enabled'='true',
  'projection.year.type'='integer',
  'projection.year.range'='2000,2099',
  'projection.year.digits'='4',
  'projection._x.type'='enum',
  'projection._x.values'='1',
  'storage.location.template'='s3://lake/it\'s/a*b/_hidden/year=${year}/_x=${_x}/'
);

-- # on OSS

-- Athena reads Amazon S3 only; the objects are at oss-cn-hangzhou.aliyuncs.com.
-- Rows of years outside 2000 to 2099 are not seen: see projection.year.range.
CREATE EXTERNAL TABLE `daily_orders` (
  `id` bigint,
  `note` string
)
PARTITIONED BY (`year` int, `month` int)
STORED AS PARQUET
LOCATION 's3://lake/shop/orders/'
TBLPROPERTIES (
  'projection.enabled'='true',
  'projection.year.type'='integer',
  'projection.year.range'='2000,2099',
  'projection.year.digits'='4',
  'projection.month.type'='integer',
  'projection.month.range'='1,12',
  'projection.month.digits'='2',
  'storage.location.template'='s3://lake/shop/orders/year=${year}/month=${month}/'
);

-- # plain folders on OSS

-- Athena reads Amazon S3 only; the objects are at oss-cn-hangzhou.aliyuncs.com.
-- Rows of years outside 2000 to 2099 are not seen: see projection.year.range.
CREATE EXTERNAL TABLE `daily_orders` (
  `id` bigint,
  `note` string
)
PARTITIONED BY (`year` int, `month` int)
STORED AS PARQUET
LOCATION 's3://lake/shop/'
TBLPROPERTIES (
  'projection.enabled'='true',
  'projection.year.type'='integer',
  'projection.year.range'='2000,2099',
  'projection.year.digits'='4',
  'projection.month.type'='integer',
  'projection.month.range'='1,12',
  'projection.month.digits'='2',
  'storage.location.template'='s3://lake/shop/${year}/${month}/'
);

-- # on a store of its own

-- Athena reads Amazon S3 only; the objects are at 127.0.0.1:9000.
-- Rows of years outside 2000 to 2099 are not seen: see projection.year.range.
CREATE EXTERNAL TABLE `daily_orders` (
  `id` bigint,
  `note` string
)
PARTITIONED BY (`year` int, `month` int)
STORED AS PARQUET
LOCATION 's3://lake/shop/orders/'
TBLPROPERTIES (
  'projection.enabled'='true',
  'projection.year.type'='integer',
  'projection.year.range'='2000,2099',
  'projection.year.digits'='4',
  'projection.month.type'='integer',
  'projection.month.range'='1,12',
  'projection.month.digits'='2',
  'storage.location.template'='s3://lake/shop/orders/year=${year}/month=${month}/'
);

-- # nothing to read

-- Column "year" is left out: a folder of the prefix has its name.
-- No column is left: there is no table to create.
