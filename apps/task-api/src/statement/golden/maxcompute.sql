-- # folders of Hive

-- MaxCompute reads OSS only; name the endpoint of the bucket.
SET odps.sql.type.system.odps2=true;
CREATE EXTERNAL TABLE IF NOT EXISTS `daily_orders` (
  `id` BIGINT,
  `note` STRING
)
PARTITIONED BY (`year` STRING, `month` STRING)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES ('odps.properties.rolearn'='<ARN of a role that reads the bucket>')
STORED AS PARQUET
LOCATION 'oss://<endpoint of OSS>/lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders` ADD PARTITIONS;

-- # all types

-- MaxCompute reads OSS only; name the endpoint of the bucket.
-- Column "clock_ms" is left out: the engine can't read TIME_MILLIS.
-- Column "clock_us" is left out: the engine can't read TIME_MICROS.
-- Column "span" is left out: the engine can't read INTERVAL.
-- Column "clocks" is left out: the engine can't read LIST of TIME_MICROS.
SET odps.sql.type.system.odps2=true;
CREATE EXTERNAL TABLE IF NOT EXISTS `daily_orders` (
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
  `wall` TIMESTAMP,
  `old` TIMESTAMP,
  `numbers` ARRAY<BIGINT>,
  `prices` ARRAY<DECIMAL(10,2)>,
  `labels` MAP<STRING,BIGINT>,
  `words` ARRAY<STRING>
)
PARTITIONED BY (`year` STRING, `month` STRING)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES ('odps.properties.rolearn'='<ARN of a role that reads the bucket>')
STORED AS PARQUET
LOCATION 'oss://<endpoint of OSS>/lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders` ADD PARTITIONS;

-- # odd names

-- MaxCompute reads OSS only; name the endpoint of the bucket.
-- Column "ID" is left out: a column before it differs in case only.
-- Column "odd `name` \"quoted\"" is left out: names are a letter, then letters, digits and _, at most 128; give it another ossColumnName.
-- Column "it's" is left out: names are a letter, then letters, digits and _, at most 128; give it another ossColumnName.
-- Column "a.b:c,d;e" is left out: names are a letter, then letters, digits and _, at most 128; give it another ossColumnName.
-- Column "größe" is left out: names are a letter, then letters, digits and _, at most 128; give it another ossColumnName.
-- Column "back\\slash" is left out: names are a letter, then letters, digits and _, at most 128; give it another ossColumnName.
-- Column "line\nbreak" is left out: names are a letter, then letters, digits and _, at most 128; give it another ossColumnName.
-- Column "1st" is left out: names are a letter, then letters, digits and _, at most 128; give it another ossColumnName.
-- Column "Year" is left out: a folder of the prefix has its name.
SET odps.sql.type.system.odps2=true;
CREATE EXTERNAL TABLE IF NOT EXISTS `daily_orders` (
  `id` BIGINT,
  `renamed` STRING,
  `select` STRING
)
PARTITIONED BY (`year` STRING, `month` STRING)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES ('odps.properties.rolearn'='<ARN of a role that reads the bucket>')
STORED AS PARQUET
LOCATION 'oss://<endpoint of OSS>/lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders` ADD PARTITIONS;

-- # columns of the change

-- MaxCompute reads OSS only; name the endpoint of the bucket.
-- Column "$op" is left out: names are a letter, then letters, digits and _, at most 128; give it another ossColumnName.
-- Column "$commitTime" is left out: names are a letter, then letters, digits and _, at most 128; give it another ossColumnName.
SET odps.sql.type.system.odps2=true;
CREATE EXTERNAL TABLE IF NOT EXISTS `daily_orders` (
  `id` BIGINT,
  `lsn` DECIMAL(20,0)
)
PARTITIONED BY (`year` STRING, `month` STRING)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES ('odps.properties.rolearn'='<ARN of a role that reads the bucket>')
STORED AS PARQUET
LOCATION 'oss://<endpoint of OSS>/lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders` ADD PARTITIONS;

-- # plain folders

-- MaxCompute reads OSS only; name the endpoint of the bucket.
-- Whether MaxCompute reads folders below the location of such a table was not tried.
-- No folder is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
SET odps.sql.type.system.odps2=true;
CREATE EXTERNAL TABLE IF NOT EXISTS `daily_orders` (
  `id` BIGINT,
  `note` STRING
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES ('odps.properties.rolearn'='<ARN of a role that reads the bucket>')
STORED AS PARQUET
LOCATION 'oss://<endpoint of OSS>/lake/shop/';

-- # plain and named folders

-- MaxCompute reads OSS only; name the endpoint of the bucket.
-- Whether MaxCompute reads folders below the location of such a table was not tried.
-- Not every folder behind the first variable is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
SET odps.sql.type.system.odps2=true;
CREATE EXTERNAL TABLE IF NOT EXISTS `daily_orders` (
  `id` BIGINT,
  `note` STRING
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES ('odps.properties.rolearn'='<ARN of a role that reads the bucket>')
STORED AS PARQUET
LOCATION 'oss://<endpoint of OSS>/lake/shop/';

-- # no variable

-- MaxCompute reads OSS only; name the endpoint of the bucket.
-- The prefix has no time variable: the table has no partitions, every query reads all objects.
SET odps.sql.type.system.odps2=true;
CREATE EXTERNAL TABLE IF NOT EXISTS `daily_orders` (
  `id` BIGINT,
  `note` STRING
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES ('odps.properties.rolearn'='<ARN of a role that reads the bucket>')
STORED AS PARQUET
LOCATION 'oss://<endpoint of OSS>/lake/shop/orders/';

-- # the day in one folder

-- MaxCompute reads OSS only; name the endpoint of the bucket.
SET odps.sql.type.system.odps2=true;
CREATE EXTERNAL TABLE IF NOT EXISTS `daily_orders` (
  `id` BIGINT,
  `note` STRING
)
PARTITIONED BY (`ds` STRING)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES ('odps.properties.rolearn'='<ARN of a role that reads the bucket>')
STORED AS PARQUET
LOCATION 'oss://<endpoint of OSS>/lake/';
MSCK REPAIR TABLE `daily_orders` ADD PARTITIONS;

-- # constant folders

-- MaxCompute reads OSS only; name the endpoint of the bucket.
SET odps.sql.type.system.odps2=true;
CREATE EXTERNAL TABLE IF NOT EXISTS `daily_orders` (
  `id` BIGINT,
  `note` STRING
)
PARTITIONED BY (`day` STRING, `kind` STRING)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES ('odps.properties.rolearn'='<ARN of a role that reads the bucket>')
STORED AS PARQUET
LOCATION 'oss://<endpoint of OSS>/lake/env=prod/';
MSCK REPAIR TABLE `daily_orders` ADD PARTITIONS;

-- # odd folders

-- MaxCompute reads OSS only; name the endpoint of the bucket.
-- Engines of the Hadoop family skip folders that begin with . or _, like "_x=1".
SET odps.sql.type.system.odps2=true;
CREATE EXTERNAL TABLE IF NOT EXISTS `daily_orders` (
  `id` BIGINT,
  `note` STRING
)
PARTITIONED BY (`year` STRING, `_x` STRING)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES ('odps.properties.rolearn'='<ARN of a role that reads the bucket>')
STORED AS PARQUET
LOCATION 'oss://<endpoint of OSS>/lake/it\'s/a*b/_hidden/';
MSCK REPAIR TABLE `daily_orders` ADD PARTITIONS;

-- # on OSS

SET odps.sql.type.system.odps2=true;
CREATE EXTERNAL TABLE IF NOT EXISTS `daily_orders` (
  `id` BIGINT,
  `note` STRING
)
PARTITIONED BY (`year` STRING, `month` STRING)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES ('odps.properties.rolearn'='<ARN of a role that reads the bucket>')
STORED AS PARQUET
LOCATION 'oss://oss-cn-hangzhou-internal.aliyuncs.com/lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders` ADD PARTITIONS;

-- # plain folders on OSS

-- Whether MaxCompute reads folders below the location of such a table was not tried.
-- No folder is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
SET odps.sql.type.system.odps2=true;
CREATE EXTERNAL TABLE IF NOT EXISTS `daily_orders` (
  `id` BIGINT,
  `note` STRING
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES ('odps.properties.rolearn'='<ARN of a role that reads the bucket>')
STORED AS PARQUET
LOCATION 'oss://oss-cn-hangzhou-internal.aliyuncs.com/lake/shop/';

-- # on a store of its own

-- MaxCompute reads OSS only; name the endpoint of the bucket.
SET odps.sql.type.system.odps2=true;
CREATE EXTERNAL TABLE IF NOT EXISTS `daily_orders` (
  `id` BIGINT,
  `note` STRING
)
PARTITIONED BY (`year` STRING, `month` STRING)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES ('odps.properties.rolearn'='<ARN of a role that reads the bucket>')
STORED AS PARQUET
LOCATION 'oss://<endpoint of OSS>/lake/shop/orders/';
MSCK REPAIR TABLE `daily_orders` ADD PARTITIONS;

-- # nothing to read

-- Column "year" is left out: a folder of the prefix has its name.
-- No column is left: there is no table to create.
