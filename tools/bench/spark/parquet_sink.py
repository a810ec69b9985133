"""Writes topics of Debezium's JSON as Parquet, by Structured Streaming.

Reads a job, then orders, a line of JSON each. Answers an order with two lines: when its query runs, and
when its rows are written; or with one that has an error.
"""

import json
import os
import sys
import time

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, from_json

LOOK_SECONDS = 0.05
START_SECONDS_MAX = 60
IDLE = "Waiting for data to arrive"
PARENT = os.getppid()


def open_session(job):
    jars = ":".join(os.path.join(folder, "*") for folder in job["jars"])
    return (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", job["heap"])
        .config("spark.driver.extraClassPath", jars)
        .config("spark.driver.extraJavaOptions", "-XX:+UseG1GC")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.local.dir", job["folder"])
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        .getOrCreate()
    )


def use_store(session, s3):
    """The keys go to Hadoop's configuration in memory: arguments of a process can be read by all."""
    settings = {
        "fs.s3a.endpoint": s3["endpoint"],
        "fs.s3a.endpoint.region": s3["region"],
        "fs.s3a.access.key": s3["accessKeyId"],
        "fs.s3a.secret.key": s3["secretAccessKey"],
        "fs.s3a.path.style.access": "true",
        "fs.s3a.connection.ssl.enabled": "false",
    }
    hadoop = session.sparkContext._jsc.hadoopConfiguration()
    for name, value in settings.items():
        hadoop.set(name, value)


def start_query(session, order):
    """`once` reads what the topic has and ends; otherwise batches follow each other without a pause."""
    events = (
        session.readStream.format("kafka")
        .option("kafka.bootstrap.servers", order["brokers"])
        .option("assign", json.dumps({order["topic"]: [0]}))
        .option("startingOffsets", "earliest")
        # Two tasks read the one partition, each its half.
        .option("minPartitions", "2")
        .option("kafka.max.partition.fetch.bytes", str(8 * 1024 * 1024))
        .option("kafkaConsumer.pollTimeoutMs", "120000")
        .load()
        .select(from_json(col("value").cast("string"), order["schema"]).alias("event"))
        .select(order["rows_at"] + ".*")
    )
    trigger = {"availableNow": True} if order["once"] else {"processingTime": "0 seconds"}
    return (
        events.writeStream.format("parquet")
        .option("path", order["output"])
        .option("checkpointLocation", order["checkpoint"])
        .trigger(**trigger)
        .start()
    )


def wait_until_idle(query):
    """A query that follows a topic has looked into it once before it is said to run."""
    end = time.monotonic() + START_SECONDS_MAX
    while query.isActive and query.status["message"] != IDLE:
        if time.monotonic() > end:
            raise TimeoutError(f"the query is not idle: {query.status['message']}")
        time.sleep(LOOK_SECONDS)


def written(query, topic):
    """The end of the last batch that is written as a whole."""
    progress = query.lastProgress
    if progress is None:
        return 0
    offsets = progress["sources"][0]["endOffset"] or {}
    return offsets.get(topic, {}).get("0", 0)


def follow(session, order):
    query = start_query(session, order)
    try:
        if not order["once"]:
            wait_until_idle(query)
        answer({"state": "running"})
        while query.isActive and written(query, order["topic"]) < order["rows"]:
            if os.getppid() != PARENT:
                # Java ends with its input; a query may not let itself be stopped when its servers are gone.
                os._exit(1)
            time.sleep(LOOK_SECONDS)
        if query.exception() is not None:
            raise query.exception()
        rows = written(query, order["topic"])
        answer({"state": "written", "rows": rows, "batches": query.lastProgress["batchId"] + 1})
    finally:
        query.stop()


def answer(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main():
    job = json.loads(sys.stdin.readline())
    session = open_session(job)
    session.sparkContext.setLogLevel("ERROR")
    use_store(session, job["s3"])
    answer({"state": "ready"})
    for line in sys.stdin:
        try:
            follow(session, json.loads(line))
        except Exception as error:
            answer({"state": "failed", "error": str(error)[:2000]})
    session.stop()


main()
