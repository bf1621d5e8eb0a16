# Says what is left to do by hand. Changes nothing.
$ErrorActionPreference = 'Stop'
Write-Output "Models and the tokenizer's vocabulary go into the container '$env:MODEL_CONTAINER' of the account '$env:DATA_STORAGE_ACCOUNT':"
Write-Output "  ./vortex.ps1 models push FILE --azure $env:DATA_STORAGE_ACCOUNT"
if (-not $env:VORTEX_API_CLIENT_ID) {
    Write-Output 'Nobody can sign in yet: register an application in Entra ID, then azd env set VORTEX_API_CLIENT_ID ID and azd provision.'
}
