#!/bin/bash
# Kafka's console tools, by the names that the vendor's image gives them.
set -euo pipefail
case $(basename "$0") in
  kafka-console-consumer.sh) class=org.apache.kafka.tools.consumer.ConsoleConsumer ;;
  kafka-console-producer.sh) class=org.apache.kafka.tools.ConsoleProducer ;;
  kafka-topics.sh) class=org.apache.kafka.tools.TopicCommand ;;
  *) echo "no such tool: $0" >&2; exit 2 ;;
esac
exec java -Xmx128m -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
  -cp '/opt/kafka/libs/*' "$class" "$@"
