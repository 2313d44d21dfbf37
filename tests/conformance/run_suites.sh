#!/bin/sh
# Runs the conformance runner over every suite in a folder.
#     run_suites.sh RUNNER FOLDER        the suites in FOLDER
#     run_suites.sh RUNNER --shared ROOT  those in $STRIDED_SHARED/oracle, or in ROOT/../shared/oracle; 77 if there are none
set -eu
runner=$1 folder=$2
if [ "$folder" = --shared ]; then
    folder=${STRIDED_SHARED:-$3/../shared}/oracle
    if [ ! -d "$folder" ]; then
        echo "skipped: no suites in $folder"
        exit 77
    fi
fi
exec "$runner" -v "$folder"/*/
