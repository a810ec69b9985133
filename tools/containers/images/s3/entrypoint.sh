#!/bin/bash
# Takes the variables of the vendor's image.
set -euo pipefail

base=${JCLOUDS_FILESYSTEM_BASEDIR:-/data}
mkdir -p "$base"
umask 077
cat >/tmp/s3proxy.conf <<CONF
s3proxy.authorization=${S3PROXY_AUTHORIZATION:-aws-v2-or-v4}
s3proxy.endpoint=${S3PROXY_ENDPOINT:-http://0.0.0.0:80}
s3proxy.identity=${S3PROXY_IDENTITY:-local-identity}
s3proxy.credential=${S3PROXY_CREDENTIAL:-local-credential}
jclouds.provider=${JCLOUDS_PROVIDER:-filesystem}
jclouds.filesystem.basedir=$base
CONF
exec java -Xmx256m -XX:+UseSerialGC -Dlogback.configurationFile=/opt/s3proxy/logback.xml \
  -cp '/opt/s3proxy/libs/*' org.gaul.s3proxy.Main --properties /tmp/s3proxy.conf
