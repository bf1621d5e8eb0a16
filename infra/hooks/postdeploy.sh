#!/bin/sh
# Gives the image that the first region has just got to those whom azd does not know: the overflow region, and container groups.
set -eu
image_of() {
  az containerapp show --resource-group "$AZURE_RESOURCE_GROUP" --name "$1" --query 'properties.template.containers[0].image' --output tsv
}
if [ -n "${OVERFLOW_RUNNER_NAME:-}" ]; then
  image=$(image_of "$GPU_RUNNER_NAME")
  az containerapp update --resource-group "$AZURE_RESOURCE_GROUP" --name "$OVERFLOW_RUNNER_NAME" --image "$image" --output none
  echo "The overflow region runs $image."
fi
if [ "${BURST_GROUPS:-0}" != 0 ]; then
  image=$(image_of "$CPU_RUNNER_NAME")
  az functionapp config appsettings set --resource-group "$AZURE_RESOURCE_GROUP" --name "$API_NAME" --settings "Vortex__Azure__Capacity__Burst__Image=$image" --output none
  echo "Container groups run $image."
fi
