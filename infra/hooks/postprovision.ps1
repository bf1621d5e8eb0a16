# Says what is left to do by hand. Changes nothing.
$ErrorActionPreference = 'Stop'
Write-Output "Models go into the container '$env:MODEL_CONTAINER' of the account '$env:DATA_STORAGE_ACCOUNT', in ComfyUI's folders:"
Write-Output "  az storage blob upload --auth-mode login --account-name $env:DATA_STORAGE_ACCOUNT --container-name $env:MODEL_CONTAINER --name checkpoints/NAME --file FILE"
if (-not $env:VORTEX_API_CLIENT_ID) {
    Write-Output 'Nobody can sign in yet: register an application in Entra ID, then azd env set VORTEX_API_CLIENT_ID ID and azd provision.'
}
