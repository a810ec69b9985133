-- # folders of Hive

CREATE EXTERNAL TABLE `daily_orders` (`id` bigint,`note` string) PARTITIONED BY (`year` int, `month` int) STORED AS PARQUET LOCATION 's3a://lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders`;

-- # all types

-- Column "clock_ms" is left out: the engine can't read TIME_MILLIS.
-- Column "clock_us" is left out: the engine can't read TIME_MICROS.
-- Column "span" is left out: the engine can't read INTERVAL.
-- Column "clocks" is left out: the engine can't read LIST of TIME_MICROS.
-- Hive's own reader (2.3 tried) reads only as INT96: "at_ms", "at_us", "wall".
-- Hive's own reader (2.3 tried) reads only with more than 18 digits: "money".
CREATE EXTERNAL TABLE `daily_orders` (`flag` boolean,`whole` int,`big` bigint,`real` float,`double` double,`text` string,`bytes` binary,`day` date,`money` decimal(18,4),`widest` decimal(38,0),`at_ms` timestamp,`at_us` timestamp,`wall` timestamp,`old` timestamp,`numbers` array<bigint>,`prices` array<decimal(10,2)>,`labels` map<string,bigint>,`words` array<string>) PARTITIONED BY (`year` int, `month` int) STORED AS PARQUET LOCATION 's3a://lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders`;

-- # odd names

-- Column "ID" is left out: a column before it differs in case only.
-- Column "a.b:c,d;e" is left out: its name has one of . : , ;.
-- Column "Year" is left out: a folder of the prefix has its name.
-- Hive's own reader (2.3 tried) reads no object with a column that has a blank or one of , ; { } ( ) = in its name (rename by ossColumnName): "odd `name` \"quoted\"", "a.b:c,d;e", "line\nbreak".
CREATE EXTERNAL TABLE `daily_orders` (`id` bigint,`renamed` string,`odd ``name`` "quoted"` string,`it's` string,`größe` string,`back\slash` string,`line
break` string,`select` string,`1st` string) PARTITIONED BY (`year` int, `month` int) STORED AS PARQUET LOCATION 's3a://lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders`;

-- # columns of the change

-- Hive's own reader (2.3 tried) reads only as INT96: "$commitTime".
CREATE EXTERNAL TABLE `daily_orders` (`id` bigint,`$op` string,`$commitTime` timestamp,`lsn` decimal(20,0)) PARTITIONED BY (`year` int, `month` int) STORED AS PARQUET LOCATION 's3a://lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders`;

-- # plain folders

-- No folder is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
-- Every session that reads the table needs these two:
SET hive.mapred.supports.subdirectories=true;
SET mapreduce.input.fileinputformat.input.dir.recursive=true;
CREATE EXTERNAL TABLE `daily_orders` (`id` bigint,`note` string) STORED AS PARQUET LOCATION 's3a://lake/shop/';

-- # plain and named folders

-- Not every folder behind the first variable is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
-- Every session that reads the table needs these two:
SET hive.mapred.supports.subdirectories=true;
SET mapreduce.input.fileinputformat.input.dir.recursive=true;
CREATE EXTERNAL TABLE `daily_orders` (`id` bigint,`note` string) STORED AS PARQUET LOCATION 's3a://lake/shop/';

-- # no variable

-- The prefix has no time variable: the table has no partitions, every query reads all objects.
CREATE EXTERNAL TABLE `daily_orders` (`id` bigint,`note` string) STORED AS PARQUET LOCATION 's3a://lake/shop/orders/';

-- # the day in one folder

CREATE EXTERNAL TABLE `daily_orders` (`id` bigint,`note` string) PARTITIONED BY (`ds` string) STORED AS PARQUET LOCATION 's3a://lake/';
MSCK REPAIR TABLE `daily_orders`;

-- # constant folders

CREATE EXTERNAL TABLE `daily_orders` (`id` bigint,`note` string) PARTITIONED BY (`day` int, `kind` string) STORED AS PARQUET LOCATION 's3a://lake/env=prod/';
MSCK REPAIR TABLE `daily_orders`;

-- # odd folders

-- Engines of the Hadoop family skip folders that begin with . or _, like "_x=1".
CREATE EXTERNAL TABLE `daily_orders` (`id` bigint,`note` string) PARTITIONED BY (`year` int, `_x` string) STORED AS PARQUET LOCATION 's3a://lake/it\'s/a*b/_hidden/';
MSCK REPAIR TABLE `daily_orders`;

-- # on OSS

CREATE EXTERNAL TABLE `daily_orders` (`id` bigint,`note` string) PARTITIONED BY (`year` int, `month` int) STORED AS PARQUET LOCATION 'oss://lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders`;

-- # plain folders on OSS

-- No folder is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
-- Every session that reads the table needs these two:
SET hive.mapred.supports.subdirectories=true;
SET mapreduce.input.fileinputformat.input.dir.recursive=true;
CREATE EXTERNAL TABLE `daily_orders` (`id` bigint,`note` string) STORED AS PARQUET LOCATION 'oss://lake/shop/';

-- # on a store of its own

CREATE EXTERNAL TABLE `daily_orders` (`id` bigint,`note` string) PARTITIONED BY (`year` int, `month` int) STORED AS PARQUET LOCATION 's3a://lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders`;

-- # nothing to read

-- Column "year" is left out: a folder of the prefix has its name.
-- No column is left: there is no table to create.
