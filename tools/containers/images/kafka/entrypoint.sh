#!/bin/bash
# Takes the variables of the vendor's image: KAFKA_FOO_BAR is the property foo.bar.
set -euo pipefail

properties=/tmp/server.properties
: >"$properties"
while IFS='=' read -r -d '' name value; do
  case $name in
    KAFKA_OPTS | KAFKA_HEAP_OPTS | KAFKA_JVM_PERFORMANCE_OPTS) continue ;;
    KAFKA_*) ;;
    *) continue ;;
  esac
  name=${name#KAFKA_}
  name=${name//___/-}
  name=${name//__/:}
  name=${name//_/.}
  name=${name//:/_}
  printf '%s=%s\n' "${name,,}" "$value" >>"$properties"
done < <(env -0)

run() {
  # Those who wait for the broker look for the line of this one class.
  exec java -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
    -Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info -cp '/opt/kafka/libs/*' "$@"
}

(run -Xmx128m kafka.tools.StorageTool format --ignore-formatted \
  --cluster-id "${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}" --config "$properties")
# shellcheck disable=SC2086 # several options in one variable, as in the vendor's scripts
run ${KAFKA_HEAP_OPTS:--Xms128m -Xmx512m} kafka.Kafka "$properties"
