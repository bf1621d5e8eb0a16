#!/bin/sh
# Gives the overflow region the image that the first region has just got: azd deploys a service to one place only.
set -eu
if [ -z "${OVERFLOW_RUNNER_NAME:-}" ]; then
  exit 0
fi
image=$(az containerapp show --resource-group "$AZURE_RESOURCE_GROUP" --name "$GPU_RUNNER_NAME" --query 'properties.template.containers[0].image' --output tsv)
az containerapp update --resource-group "$AZURE_RESOURCE_GROUP" --name "$OVERFLOW_RUNNER_NAME" --image "$image" --output none
echo "The overflow region runs $image."
