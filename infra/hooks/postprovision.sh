#!/bin/sh
# Says what is left to do by hand. Changes nothing.
set -eu
echo "Models and the tokenizer's vocabulary go into the container '${MODEL_CONTAINER}' of the account '${DATA_STORAGE_ACCOUNT}':"
echo "  ./vortex models push FILE --azure ${DATA_STORAGE_ACCOUNT}"
if [ -z "${VORTEX_API_CLIENT_ID:-}" ]; then
  echo "Nobody can sign in yet: register an application in Entra ID, then azd env set VORTEX_API_CLIENT_ID ID and azd provision."
fi
