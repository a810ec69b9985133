"""Runs statements in Spark with Hive's metastore. Reads a job (JSON) and writes answers (JSON)."""

import json
import os
import sys
import tempfile

from pyspark.sql import SparkSession


def open_session(job, folder):
    jars = os.path.join(job["jars"], "*")
    return (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", "1g")
        .config("spark.driver.extraClassPath", jars)
        .config("spark.driver.extraJavaOptions", f"-Dderby.system.home={folder}")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        # Derby compares numbers with the text partitions of other tables, and fails: Spark filters then.
        .config("spark.sql.hive.metastorePartitionPruningFallbackOnException", "true")
        .config("spark.sql.warehouse.dir", os.path.join(folder, "warehouse"))
        .enableHiveSupport()
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


def answer(session, step):
    for name, value in step["settings"].items():
        session.conf.set(name, value)
    session.sql(f"CREATE DATABASE IF NOT EXISTS {step['database']}")
    session.sql(f"USE {step['database']}")
    for statement in step["statements"]:
        session.sql(statement)
    return [[list(row) for row in session.sql(query).collect()] for query in step["queries"]]


def cause(error):
    """Spark's own exceptions are long; what was at the bottom of them tells most."""
    last = getattr(error, "java_exception", None)
    if last is None:
        return "\n".join(str(error).splitlines()[:3])
    while last.getCause() is not None:
        last = last.getCause()
    return last.toString()[:1000]


def main():
    job = json.load(sys.stdin)
    with tempfile.TemporaryDirectory(dir=job["folder"]) as folder:
        session = open_session(job, folder)
        use_store(session, job["s3"])
        answers = []
        for step in job["steps"]:
            try:
                answers.append({"results": answer(session, step)})
            except Exception as error:
                answers.append({"error": cause(error)})
        session.stop()
    json.dump(answers, sys.stdout)


main()
