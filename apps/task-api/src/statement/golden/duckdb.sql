-- # folders of Hive

INSTALL httpfs;
LOAD httpfs;
CREATE SECRET (
  TYPE s3,
  KEY_ID '<access key id>',
  SECRET '<secret access key>',
  REGION '<region>'
  -- ENDPOINT '<host:port>', URL_STYLE 'path', USE_SSL false -- of a store that is not AWS
);
CREATE VIEW "daily_orders" AS
SELECT * FROM read_parquet('s3://lake/shop/orders/year=*/month=*/daily-orders_[0-9]*', union_by_name = true, hive_partitioning = true, hive_types = {'year': INT, 'month': INT});

-- # all types

INSTALL httpfs;
LOAD httpfs;
CREATE SECRET (
  TYPE s3,
  KEY_ID '<access key id>',
  SECRET '<secret access key>',
  REGION '<region>'
  -- ENDPOINT '<host:port>', URL_STYLE 'path', USE_SSL false -- of a store that is not AWS
);
CREATE VIEW "daily_orders" AS
SELECT * FROM read_parquet('s3://lake/shop/orders/year=*/month=*/daily-orders_[0-9]*', union_by_name = true, hive_partitioning = true, hive_types = {'year': INT, 'month': INT});

-- # odd names

-- Column "Year" shows the folder of that name, not the objects' values.
INSTALL httpfs;
LOAD httpfs;
CREATE SECRET (
  TYPE s3,
  KEY_ID '<access key id>',
  SECRET '<secret access key>',
  REGION '<region>'
  -- ENDPOINT '<host:port>', URL_STYLE 'path', USE_SSL false -- of a store that is not AWS
);
CREATE VIEW "daily_orders" AS
SELECT * FROM read_parquet('s3://lake/shop/orders/year=*/month=*/daily-orders_[0-9]*', union_by_name = true, hive_partitioning = true, hive_types = {'year': INT, 'month': INT});

-- # columns of the change

INSTALL httpfs;
LOAD httpfs;
CREATE SECRET (
  TYPE s3,
  KEY_ID '<access key id>',
  SECRET '<secret access key>',
  REGION '<region>'
  -- ENDPOINT '<host:port>', URL_STYLE 'path', USE_SSL false -- of a store that is not AWS
);
CREATE VIEW "daily_orders" AS
SELECT * FROM read_parquet('s3://lake/shop/orders/year=*/month=*/daily-orders_[0-9]*', union_by_name = true, hive_partitioning = true, hive_types = {'year': INT, 'month': INT});

-- # plain folders

-- No folder is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
INSTALL httpfs;
LOAD httpfs;
CREATE SECRET (
  TYPE s3,
  KEY_ID '<access key id>',
  SECRET '<secret access key>',
  REGION '<region>'
  -- ENDPOINT '<host:port>', URL_STYLE 'path', USE_SSL false -- of a store that is not AWS
);
CREATE VIEW "daily_orders" AS
SELECT * FROM read_parquet('s3://lake/shop/*/*/daily-orders_[0-9]*', union_by_name = true, hive_partitioning = false);

-- # plain and named folders

-- Not every folder behind the first variable is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
INSTALL httpfs;
LOAD httpfs;
CREATE SECRET (
  TYPE s3,
  KEY_ID '<access key id>',
  SECRET '<secret access key>',
  REGION '<region>'
  -- ENDPOINT '<host:port>', URL_STYLE 'path', USE_SSL false -- of a store that is not AWS
);
CREATE VIEW "daily_orders" AS
SELECT * FROM read_parquet('s3://lake/shop/*/month=*/part/daily-orders_[0-9]*', union_by_name = true, hive_partitioning = false);

-- # no variable

-- The prefix has no time variable: the table has no partitions, every query reads all objects.
INSTALL httpfs;
LOAD httpfs;
CREATE SECRET (
  TYPE s3,
  KEY_ID '<access key id>',
  SECRET '<secret access key>',
  REGION '<region>'
  -- ENDPOINT '<host:port>', URL_STYLE 'path', USE_SSL false -- of a store that is not AWS
);
CREATE VIEW "daily_orders" AS
SELECT * FROM read_parquet('s3://lake/shop/orders/daily-orders_[0-9]*', union_by_name = true, hive_partitioning = false);

-- # the day in one folder

INSTALL httpfs;
LOAD httpfs;
CREATE SECRET (
  TYPE s3,
  KEY_ID '<access key id>',
  SECRET '<secret access key>',
  REGION '<region>'
  -- ENDPOINT '<host:port>', URL_STYLE 'path', USE_SSL false -- of a store that is not AWS
);
CREATE VIEW "daily_orders" AS
SELECT * FROM read_parquet('s3://lake/ds=*/daily-orders_[0-9]*', union_by_name = true, hive_partitioning = true, hive_types = {'ds': VARCHAR});

-- # constant folders

INSTALL httpfs;
LOAD httpfs;
CREATE SECRET (
  TYPE s3,
  KEY_ID '<access key id>',
  SECRET '<secret access key>',
  REGION '<region>'
  -- ENDPOINT '<host:port>', URL_STYLE 'path', USE_SSL false -- of a store that is not AWS
);
CREATE VIEW "daily_orders" AS
SELECT * FROM read_parquet('s3://lake/env=prod/day=*/kind=a b/daily-orders_[0-9]*', union_by_name = true, hive_partitioning = true, hive_types = {'day': INT, 'kind': VARCHAR});

-- # odd folders

INSTALL httpfs;
LOAD httpfs;
CREATE SECRET (
  TYPE s3,
  KEY_ID '<access key id>',
  SECRET '<secret access key>',
  REGION '<region>'
  -- ENDPOINT '<host:port>', URL_STYLE 'path', USE_SSL false -- of a store that is not AWS
);
CREATE VIEW "daily_orders" AS
SELECT * FROM read_parquet('s3://lake/it''s/a[*]b/_hidden/year=*/_x=1/daily-orders_[0-9]*', union_by_name = true, hive_partitioning = true, hive_types = {'year': INT, '_x': VARCHAR});

-- # on OSS

INSTALL httpfs;
LOAD httpfs;
CREATE SECRET (
  TYPE s3,
  KEY_ID '<access key id>',
  SECRET '<secret access key>',
  REGION 'cn-hangzhou',
  ENDPOINT 'oss-cn-hangzhou.aliyuncs.com',
  URL_STYLE 'vhost'
);
CREATE VIEW "daily_orders" AS
SELECT * FROM read_parquet('s3://lake/shop/orders/year=*/month=*/daily-orders_[0-9]*', union_by_name = true, hive_partitioning = true, hive_types = {'year': INT, 'month': INT});

-- # plain folders on OSS

-- No folder is of the form name=value once: engines can't find partitions here.
-- The table reads all folders below its location, and every query reads all objects.
INSTALL httpfs;
LOAD httpfs;
CREATE SECRET (
  TYPE s3,
  KEY_ID '<access key id>',
  SECRET '<secret access key>',
  REGION 'cn-hangzhou',
  ENDPOINT 'oss-cn-hangzhou.aliyuncs.com',
  URL_STYLE 'vhost'
);
CREATE VIEW "daily_orders" AS
SELECT * FROM read_parquet('s3://lake/shop/*/*/daily-orders_[0-9]*', union_by_name = true, hive_partitioning = false);

-- # on a store of its own

INSTALL httpfs;
LOAD httpfs;
CREATE SECRET (
  TYPE s3,
  KEY_ID '<access key id>',
  SECRET '<secret access key>',
  REGION 'us-east-1',
  ENDPOINT '127.0.0.1:9000',
  URL_STYLE 'path',
  USE_SSL false
);
CREATE VIEW "daily_orders" AS
SELECT * FROM read_parquet('s3://lake/shop/orders/year=*/month=*/daily-orders_[0-9]*', union_by_name = true, hive_partitioning = true, hive_types = {'year': INT, 'month': INT});

-- # nothing to read

-- Column "year" shows the folder of that name, not the objects' values.
INSTALL httpfs;
LOAD httpfs;
CREATE SECRET (
  TYPE s3,
  KEY_ID '<access key id>',
  SECRET '<secret access key>',
  REGION '<region>'
  -- ENDPOINT '<host:port>', URL_STYLE 'path', USE_SSL false -- of a store that is not AWS
);
CREATE VIEW "daily_orders" AS
SELECT * FROM read_parquet('s3://lake/shop/orders/year=*/month=*/daily-orders_[0-9]*', union_by_name = true, hive_partitioning = true, hive_types = {'year': INT, 'month': INT});
