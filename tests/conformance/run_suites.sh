#!/bin/sh
# Runs the conformance runner over every suite in a folder.
#     run_suites.sh FOLDER RUNNER...         the suites in FOLDER; RUNNER may be an emulator and its program
#     run_suites.sh --shared ROOT RUNNER...  those in $STRIDED_SHARED/oracle, or in ROOT/../shared/oracle; 77 if there are none
set -eu
folder=$1
shift
if [ "$folder" = --shared ]; then
    folder=${STRIDED_SHARED:-$1/../shared}/oracle
    shift
    if [ ! -d "$folder" ]; then
        echo "skipped: no suites in $folder"
        exit 77
    fi
fi
exec "$@" -v "$folder"/*/
