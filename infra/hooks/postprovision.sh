#!/bin/sh
# Says what is left to do by hand. Changes nothing.
set -eu
echo "Models go into the container '${MODEL_CONTAINER}' of the account '${DATA_STORAGE_ACCOUNT}', in ComfyUI's folders:"
echo "  az storage blob upload --auth-mode login --account-name ${DATA_STORAGE_ACCOUNT} --container-name ${MODEL_CONTAINER} --name checkpoints/NAME --file FILE"
if [ -z "${VORTEX_API_CLIENT_ID:-}" ]; then
  echo "Nobody can sign in yet: register an application in Entra ID, then azd env set VORTEX_API_CLIENT_ID ID and azd provision."
fi
