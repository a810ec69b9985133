"""Runs statements in ClickHouse, in this process. Reads a job (JSON) and writes answers (JSON)."""

import json
import sys

from chdb import session as chdb


def answer(session, step):
    session.query(f"CREATE DATABASE IF NOT EXISTS {step['database']}")
    session.query(f"USE {step['database']}")
    for statement in step["statements"]:
        session.query(statement)
    results = []
    for query in step["queries"]:
        text = str(session.query(query, "JSONCompact"))
        results.append(json.loads(text)["data"])
    return results


def main():
    job = json.load(sys.stdin)
    session = chdb.Session()
    answers = []
    for step in job["steps"]:
        try:
            answers.append({"results": answer(session, step)})
        except Exception as error:
            answers.append({"error": "\n".join(str(error).splitlines()[:3])})
    session.close()
    json.dump(answers, sys.stdout)


main()
